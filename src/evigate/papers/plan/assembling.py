"""Put a plan together from its parts: claims, measures, data sets, methods and their protocols."""

from collections.abc import Sequence

from evigate.evidence import ParsedDocument
from evigate.papers.datasets import Prepared, is_licence_compliant
from evigate.papers.plan.assumed import positive_class
from evigate.papers.plan.fitting import FittedMethod
from evigate.papers.plan.grounding import keep_grounded
from evigate.papers.plan.justify import justify
from evigate.papers.plan.linking import LinkedClaim
from evigate.papers.plan.models import (
    EPOCHS_MAX_V11,
    Assumption,
    ClaimStatus,
    ModelStatus,
    Plan,
    PlanConfig,
    PlanDataset,
    PlanMetric,
    PlanModel,
    PlannedClaim,
    PlannedDataset,
    PlannedModel,
    PlanPolicy,
    Protocol,
    ProtocolKind,
)
from evigate.papers.plan.own_protocols import OwnProtocols, shared_protocol
from evigate.papers.plan.protocol_reading import ReadProtocol
from evigate.papers.plan.schedule import OVERHEAD_S
from evigate.papers.plan.stated_facts import read_stated_facts
from evigate.papers.plan.text import Sentence
from evigate.papers.recipes import MetricKind

_FRAMEWORK = "numpy and scikit-learn"
_EXPLAIN = [
    "Load the data and check that they are the ones meant.",
    "Part the rows and prepare the features as the paper says.",
    "Fit each method with the paper's settings and predict the test rows.",
    "Compare each measured number with the one claimed.",
]
_VISUALIZATIONS = ["claimed_vs_observed", "learning_curves", "confusion_matrix"]


def planned_claims(
    linked: Sequence[LinkedClaim], models: Sequence[PlannedModel]
) -> list[PlannedClaim]:
    """Return every claim in its order: what measures it, or why nothing does."""
    by_claim = {claim_id: model for model in models for claim_id in model.claim_ids}
    planned = []
    for claim in linked:
        model, reason = by_claim.get(claim.claim_id), claim.reason
        if reason is None and (model is None or model.status is ModelStatus.SKIPPED):
            reason = f"skipped: {model.reason if model else 'no method was planned for it'}"
        draft = claim.draft
        planned.append(
            PlannedClaim(
                claim_id=claim.claim_id,
                status=ClaimStatus.NOT_TARGETED if reason else ClaimStatus.TARGETED,
                reason=reason,
                method=claim.method,
                dataset=claim.entry.name if claim.entry else draft.dataset,
                metric=draft.metric,
                metric_key=claim.metric.key if claim.metric else None,
                split=claim.split,
                value=str(draft.value),
                units=draft.units,
                model_id=model.id if model else None,
                page=draft.page,
                quote=draft.quote,
                source_citation=draft.source_citation,
            )
        )
    return planned


def assemble(
    fitted: Sequence[FittedMethod],
    planned: list[PlannedClaim],
    linked: Sequence[LinkedClaim],
    read: ReadProtocol,
    own: OwnProtocols,
    sentences: Sequence[Sentence],
    document: ParsedDocument,
    base_seed: int,
    minutes: int,
) -> Plan:
    """Return the plan of fitted methods, one of which runs; quotes are yet unchecked."""
    runnable = [item for item in fitted if item.model.status is ModelStatus.RUNNABLE]
    first = runnable[0]
    entries = {item.settled.entry.name: item.settled.entry for item in runnable}
    read, own = shared_protocol(read, own, entries)
    citations, assumptions = list(read.citations), list(read.assumptions)
    datasets = []
    for entry in entries.values():
        cited, assumed, positive = positive_class(entry, linked, sentences, read.protocol)
        citations += cited
        assumptions += assumed
        pinned = entry.loader.sha256 if isinstance(entry.loader, Prepared) else None
        datasets.append(
            PlannedDataset(
                name=entry.name,
                positive_class=positive,
                protocol=own.protocols.get(entry.name),
                sha256=pinned,
            )
        )
        if entry.licence_reason is not None:
            reason = f"an owner allowed it: {entry.licence_reason}"
            assumptions.append(
                Assumption(
                    field=f"licence of {entry.name}",
                    value=entry.licence or "not known",
                    reason=reason,
                )
            )
    assumptions += own.assumptions
    citations, demoted = keep_grounded(citations, document)
    assumptions += demoted
    # What only a verdict tells of is no choice of the plan: words not found are dropped.
    citations += keep_grounded(read_stated_facts(sentences, entries.values()), document)[0]
    seconds = OVERHEAD_S + sum(item.slot.cost_s for item in runnable if item.slot)
    first_protocol = own.protocols.get(first.settled.entry.name, read.protocol)
    split = _split_name(first_protocol)
    return Plan(
        version="1.1",
        dataset=PlanDataset(name=first.settled.entry.name, split=split),
        model=PlanModel(
            name=first.model.method, variant=first.model.recipe, parameters=first.model.parameters
        ),
        config=_config(first.model, base_seed),
        metrics=_metrics(linked, planned),
        visualizations=_VISUALIZATIONS,
        explain=_EXPLAIN,
        justifications=justify(document, sentences, first.settled, citations),
        estimated_runtime_minutes=min(float(minutes), max(0.1, round(seconds / 60, 2))),
        license_compliant=all(is_licence_compliant(entry) for entry in entries.values()),
        policy=PlanPolicy(budget_minutes=minutes),
        protocol=read.protocol,
        datasets=datasets,
        models=[item.model for item in fitted],
        claims=planned,
        assumptions=assumptions,
        citations=citations,
        units=_units(linked),
    )


def _metrics(linked: Sequence[LinkedClaim], claims: Sequence[PlannedClaim]) -> list[PlanMetric]:
    by_id = {claim.claim_id: claim for claim in linked}
    metrics = []
    for planned in claims:
        metric = by_id[planned.claim_id].metric
        if planned.status is not ClaimStatus.TARGETED or metric is None:
            continue
        metrics.append(
            PlanMetric(
                name=planned.metric,
                split=planned.split or "test",
                goal=float(planned.value),
                direction=metric.direction.value,
                metric_key=metric.key,
                units=planned.units,
                model_id=planned.model_id,
                claim_id=planned.claim_id,
            )
        )
    return metrics


def _config(model: PlannedModel, base_seed: int) -> PlanConfig:
    parameters = model.parameters
    epochs = parameters.get("epochs")
    rate, batch = parameters.get("learning_rate"), parameters.get("batch_size")
    return PlanConfig(
        framework=_FRAMEWORK,
        seed=base_seed,
        epochs=max(1, min(EPOCHS_MAX_V11, epochs)) if isinstance(epochs, int) else 1,
        batch_size=batch if isinstance(batch, int) else 1,
        learning_rate=float(rate) if isinstance(rate, int | float) else 0.001,
        optimizer=str(parameters.get("optimizer") or "none"),
    )


def _split_name(protocol: Protocol) -> str:
    match protocol.kind:
        case ProtocolKind.HOLDOUT:
            return "test"
        case ProtocolKind.K_FOLD:
            return f"{protocol.folds}-fold"
        case ProtocolKind.LEAVE_ONE_OUT:
            return "loo"
        case ProtocolKind.RESUBSTITUTION:
            return "train"
        case ProtocolKind.FIXED_SPLIT:
            return "test"
        case ProtocolKind.FIXED_FOLDS:
            return f"{protocol.folds}-fold"


def _units(linked: Sequence[LinkedClaim]) -> dict[str, str]:
    """The units that observations come in, by metric: proportions are fractions of one."""
    metrics = {claim.metric.key: claim.metric for claim in linked if claim.metric}
    return {
        key: "fraction" if metric.kind is MetricKind.PROPORTION else "target units"
        for key, metric in metrics.items()
    }
