"""Draft a plan from a paper: which claims to measure, by which methods, how, and on whose word.

Nothing is invented: what the paper does not say stands in the list of assumptions, and each quote
is checked against its page before the plan leaves.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.base.errors import EvigateError
from evigate.evidence import ParsedDocument
from evigate.papers.claims.tables import Table
from evigate.papers.datasets import DataKind, DatasetEntry, Prepared, Task, is_licence_compliant
from evigate.papers.errors import (
    E_EXTRACT_NO_CLAIMS,
    E_PLAN_NO_ALLOWED_DATASETS,
    E_PLAN_NO_RECIPE,
)
from evigate.papers.models import ClaimDraft
from evigate.papers.plan.complete import slug
from evigate.papers.plan.fitting import FittedMethod, fit_into_budget
from evigate.papers.plan.grounding import check_plan, keep_grounded
from evigate.papers.plan.justify import justify
from evigate.papers.plan.linking import (
    LinkedClaim,
    link_claim,
    link_restatements,
    only_known_dataset,
)
from evigate.papers.plan.methods import SettledMethod, settle_method
from evigate.papers.plan.models import (
    BUDGET_MINUTES_MAX,
    EPOCHS_MAX_V11,
    Assumption,
    Citation,
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
    Preprocessing,
    Protocol,
    ProtocolKind,
    parse_plan,
)
from evigate.papers.plan.own_protocols import OwnProtocols, own_protocols, shared_protocol
from evigate.papers.plan.positive import deduce_positive_class, read_positive_class
from evigate.papers.plan.protocol_reading import ReadProtocol, read_protocol
from evigate.papers.plan.schedule import OVERHEAD_S
from evigate.papers.plan.settings_reading import read_setting_tables
from evigate.papers.plan.stated_facts import read_stated_facts
from evigate.papers.plan.text import (
    Sentence,
    own_statements,
    read_abbreviations,
    read_sentences,
)
from evigate.papers.recipes import MetricKind, Recipe

SEEDS_MAX = 100
_FRAMEWORK = "numpy and scikit-learn"
_EXPLAIN = [
    "Load the data and check that they are the ones meant.",
    "Part the rows and prepare the features as the paper says.",
    "Fit each method with the paper's settings and predict the test rows.",
    "Compare each measured number with the one claimed.",
]
_VISUALIZATIONS = ["claimed_vs_observed", "learning_curves", "confusion_matrix"]


def _refuse(linked: Sequence[LinkedClaim]) -> None:
    """Stop with an honest count when no claim can be measured."""
    count = len(linked)
    if not count:
        raise EvigateError(E_EXTRACT_NO_CLAIMS, "The paper has no claims to plan for.")
    if any(claim.reason is None for claim in linked):
        return
    reasons = Counter(claim.reason for claim in linked)
    detail = {"reasons": [{"reason": r, "claims": n} for r, n in reasons.most_common(10)]}
    noun = "claim" if count == 1 else "claims"
    own = Counter(claim.reason for claim in linked if claim.draft.is_own_method is not False)
    first = (own or reasons).most_common(1)[0][0]
    if all(claim.entry is None for claim in linked):
        message = (
            f"{count} {noun} found, none on a data set that can be had offline and used:"
            f" most often, {first}."
        )
        raise EvigateError(E_PLAN_NO_ALLOWED_DATASETS, message, detail=detail)
    message = f"{count} {noun} found, none that can be measured: most often, {first}."
    raise EvigateError(E_PLAN_NO_RECIPE, message, detail=detail)


def _settle_all(
    linked: Sequence[LinkedClaim],
    document: ParsedDocument,
    tables: Sequence[Table],
    sentences: Sequence[Sentence],
    written: Mapping[str, Recipe] | None,
) -> list[SettledMethod]:
    """One settled method for each method and data set that an own claim names, in claim order."""
    cells = read_setting_tables(document, tables)
    groups: dict[tuple[str, str], list[LinkedClaim]] = {}
    for claim in linked:
        has_method = claim.method is not None and claim.match is not None
        is_own = claim.draft.is_own_method or claim.reason is None
        if claim.entry is not None and claim.metric is not None and has_method and is_own:
            groups.setdefault((claim.entry.name, slug(claim.method or "")), []).append(claim)
    settled = []
    for claims in groups.values():
        # A method that is asked for coefficients as well as for R2 estimates both.
        first = min(claims, key=lambda claim: not (claim.metric and claim.metric.is_quantity))
        if first.match is None or first.entry is None or first.method is None:
            continue
        settled.append(
            settle_method(
                first.method,
                first.match,
                first.entry,
                claims,
                cells=cells,
                sentences=sentences,
                written=written,
            )
        )
    return settled


def _planned_claims(
    linked: Sequence[LinkedClaim], models: Sequence[PlannedModel]
) -> list[PlannedClaim]:
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


def _positive_class(
    entry: DatasetEntry,
    linked: Sequence[LinkedClaim],
    sentences: Sequence[Sentence],
    protocol: Protocol,
) -> tuple[list[Citation], list[Assumption], str | None]:
    """Which class is called positive, on whose word; nothing if no targeted metric cares."""
    matters = any(
        claim.metric is not None and claim.metric.depends_on_positive and claim.entry == entry
        for claim in linked
        if claim.reason is None
    )
    if not matters or entry.task is not Task.CLASSIFICATION:
        return [], [], entry.positive_class
    if len(entry.classes) != 2:
        reason = (
            f"{entry.title} has {len(entry.classes)} classes; the plain mean over them is taken"
        )
        return [], [Assumption(field="metrics.average", value="macro", reason=reason)], None
    stated = read_positive_class(entry, own_statements(sentences))
    if stated is not None:
        cited = Citation(
            field="positive_class", value=stated.value, quote=stated.quote, page=stated.page
        )
        return [cited], [], stated.value
    deduced = deduce_positive_class(entry, linked, protocol)
    if deduced is not None:
        assumption = Assumption(field="positive_class", value=deduced.label, reason=deduced.reason)
        return [], [assumption], deduced.label
    label = entry.positive_class or entry.classes[1]
    reason = "the paper does not say which class it calls positive; rates are given for this one"
    return [], [Assumption(field="positive_class", value=label, reason=reason)], label


def _scaled_if_needed(read: ReadProtocol, settled: Sequence[SettledMethod]) -> ReadProtocol:
    """Gradient steps need features of one scale; if the paper is silent, they are standardised."""
    is_needed = any(method.recipe and method.recipe.is_iterative for method in settled)
    if read.protocol.preprocessing or not is_needed:
        return read
    reason = "the paper names no scaling, and methods trained by gradient steps need one"
    assumption = Assumption(field="protocol.preprocessing", value="standardize", reason=reason)
    protocol = read.protocol.model_copy(
        update={"preprocessing": [Preprocessing(name="standardize")]}
    )
    return ReadProtocol(protocol, read.citations, [*read.assumptions, assumption])


def _general_assumptions(
    settled: Sequence[SettledMethod], linked: Sequence[LinkedClaim], budget_minutes: int
) -> list[Assumption]:
    assumptions = []
    compared = [c for c in linked if c.draft.method is not None and not c.draft.is_own_method]
    if any(claim.reason is None for claim in compared):
        reason = (
            "no number of the paper's own method can be measured; those of methods it compares "
            "with, and cites no other work for, are taken for runs of its own"
        )
        assumptions.append(Assumption(field="claims", value="compared methods", reason=reason))
    if any(method.recipe and method.recipe.is_iterative for method in settled):
        reason = "the paper does not state how weights begin (Glorot & Bengio 2010 is common)"
        assumptions.append(
            Assumption(field="initial weights", value="Glorot uniform", reason=reason)
        )
    assumed = [c.entry.title for c in linked if c.dataset_is_assumed and c.entry and not c.reason]
    if assumed:
        reason = (
            f"{len(assumed)} claims name no data set, and the paper names no other that we know"
        )
        assumptions.append(Assumption(field="dataset", value=assumed[0], reason=reason))
    first = next((method for method in settled if method.recipe), None)
    if first is not None and first.recipe is not None and not first.recipe.is_iterative:
        reason = "plan version 1.1 wants epochs and a learning rate; the first method has none"
        assumptions.append(Assumption(field="config", value="placeholders", reason=reason))
    if any(method.epochs and method.epochs > EPOCHS_MAX_V11 for method in settled):
        reason = "plan version 1.1 allows no more; models[].parameters hold the paper's number"
        assumptions.append(
            Assumption(field="config.epochs", value=str(EPOCHS_MAX_V11), reason=reason)
        )
    if budget_minutes > BUDGET_MINUTES_MAX:
        reason = f"plan version 1.1 allows no more than {BUDGET_MINUTES_MAX}"
        assumptions.append(
            Assumption(field="policy.budget_minutes", value=str(BUDGET_MINUTES_MAX), reason=reason)
        )
    return assumptions


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


def draft_plan(
    document: ParsedDocument,
    claims: Sequence[tuple[str, ClaimDraft]],
    tables: Sequence[Table],
    *,
    seeds: int,
    budget_minutes: int,
    base_seed: int = 42,
    written: Mapping[str, Recipe] | None = None,
) -> Plan:
    """
    Draft the plan that measures as many of a paper's own claims as can be measured offline.

    Args:
        document: the parsed paper; quotes are checked against its pages.
        claims: every claim with the caller's id for it; ids are kept as they are.
        tables: the paper's tables, for settings.
        seeds: how many, clamped to 1 to SEEDS_MAX; they are base_seed, base_seed + 1 and so on.
        budget_minutes: for the whole run; clamped to 1.1's 1 to 20.
        base_seed: the first seed, >= 0.
        written: recipes that a model wrote, by the method's printed name; ours come first.

    Returns:
        A valid plan 1.1 with our added keys. `claims` lists every claim, in the given order, with
        the reason where it is not targeted. The same arguments give an equal plan.

    Raises:
        EvigateError[E_EXTRACT_NO_CLAIMS]: there are no claims.
        EvigateError[E_PLAN_NO_ALLOWED_DATASETS]: none is on a data set that can be had offline.
        EvigateError[E_PLAN_NO_RECIPE]: none is of a method, metric and protocol that we can run.
        EvigateError[E_PLAN_GUARDRAIL_FAILED]: a quote does not stand on its page.
    """
    sentences = read_sentences(document, tables)
    linked = _link_all(document, claims, written)
    _refuse(linked)
    seed_list = [base_seed + offset for offset in range(max(1, min(seeds, SEEDS_MAX)))]
    minutes = max(1, min(budget_minutes, BUDGET_MINUTES_MAX))
    fit = _Fit(document, tables, sentences, written, seed_list, minutes)
    fitted, settled, read, own = fit.of(linked)
    if not any(item.model.status is ModelStatus.RUNNABLE for item in fitted):
        # The paper's own method may need more time, or a package, that there is not; those it
        # compares itself with may run nevertheless.
        linked = _link_all(document, claims, written, own_only=False)
        fitted, settled, read, own = fit.of(linked)
    models = [item.model for item in fitted]
    if not any(model.status is ModelStatus.RUNNABLE for model in models):
        reason = next((model.reason for model in models if model.reason), "no method has a recipe")
        raise EvigateError(E_PLAN_NO_RECIPE, f"None of {len(models)} methods can be run: {reason}.")
    planned = _planned_claims(linked, models)
    plan = _assemble(fitted, planned, linked, read, own, sentences, document, base_seed, minutes)
    extra = _general_assumptions(settled, linked, budget_minutes)
    plan = plan.model_copy(update={"assumptions": [*plan.assumptions, *extra]})
    check_plan(plan, document)
    # Through JSON once, so that a plan read back from a store equals the one handed out here.
    return parse_plan(plan.to_json())


@dataclass(frozen=True, slots=True)
class _Fit:
    """Settles linked claims' methods and fits them into the budget."""

    document: ParsedDocument
    tables: Sequence[Table]
    sentences: Sequence[Sentence]
    written: Mapping[str, Recipe] | None
    seeds: list[int]
    minutes: int

    def of(
        self, linked: list[LinkedClaim]
    ) -> tuple[list[FittedMethod], list[SettledMethod], ReadProtocol, OwnProtocols]:
        """Return the methods with their places in the run, and the protocols they run by."""
        settled = _settle_all(linked, self.document, self.tables, self.sentences, self.written)
        for method in settled:
            method.citations, demoted = keep_grounded(method.citations, self.document)
            method.assumptions += demoted
        read = _scaled_if_needed(read_protocol(self.sentences, seeds=self.seeds), settled)
        own = own_protocols(settled, read.protocol)
        fitted = fit_into_budget(settled, read.protocol, 60.0 * self.minutes, own.protocols)
        return fitted, settled, read, own


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A method of the paper's own that none of our recipes fits, and the data that it is run on."""

    method: str
    entry: DatasetEntry


def find_unmatched(
    document: ParsedDocument, claims: Sequence[tuple[str, ClaimDraft]]
) -> list[Unmatched]:
    """Return the own methods without a recipe whose claims lack nothing else, each once."""
    found: dict[str, Unmatched] = {}
    for claim in _link_all(document, claims, None):
        lacks_recipe = claim.match is not None and claim.match.recipe is None
        if not lacks_recipe or claim.entry is None or not claim.method:
            continue
        is_ours = claim.draft.is_own_method and claim.metric is not None
        if is_ours and claim.entry.task is Task.CLASSIFICATION and claim.entry.kind in _WRITTEN:
            found.setdefault(claim.method, Unmatched(claim.method, claim.entry))
    return list(found.values())


def find_obstacles(
    document: ParsedDocument, claims: Sequence[tuple[str, ClaimDraft]]
) -> dict[str, str]:
    """Return by claim what stands in the way of measuring it; a claim without has no entry."""
    linked = _link_all(document, claims, None)
    return {claim.claim_id: claim.reason for claim in linked if claim.reason is not None}


_WRITTEN = frozenset({DataKind.TABLE, DataKind.SERIES})


def _link_all(
    document: ParsedDocument,
    claims: Sequence[tuple[str, ClaimDraft]],
    written: Mapping[str, Recipe] | None,
    *,
    own_only: bool = True,
) -> list[LinkedClaim]:
    text = "\n".join(page.text for page in document.pages)
    expansions = read_abbreviations(document)
    only = only_known_dataset(text, [draft for _, draft in claims])

    def link(*, own_only: bool) -> list[LinkedClaim]:
        linked = [
            link_claim(
                key,
                draft,
                only=only,
                expansions=expansions,
                own_only=own_only,
                written=written,
            )
            for key, draft in claims
        ]
        return link_restatements(linked)

    own = link(own_only=True)
    if own_only and any(claim.reason is None for claim in own):
        return own
    # A paper whose own method we cannot run still ran the methods it compares itself with.
    compared = link(own_only=False)
    return compared if any(claim.reason is None for claim in compared) else own


def _assemble(
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
    runnable = [item for item in fitted if item.model.status is ModelStatus.RUNNABLE]
    first = runnable[0]
    entries = {item.settled.entry.name: item.settled.entry for item in runnable}
    read, own = shared_protocol(read, own, entries)
    citations, assumptions = list(read.citations), list(read.assumptions)
    datasets = []
    for entry in entries.values():
        cited, assumed, positive = _positive_class(entry, linked, sentences, read.protocol)
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


def _units(linked: Sequence[LinkedClaim]) -> dict[str, str]:
    """The units that observations come in, by metric: proportions are fractions of one."""
    metrics = {claim.metric.key: claim.metric for claim in linked if claim.metric}
    return {
        key: "fraction" if metric.kind is MetricKind.PROPORTION else "target units"
        for key, metric in metrics.items()
    }
