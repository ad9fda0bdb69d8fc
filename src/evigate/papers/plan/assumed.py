"""What a plan assumes where the paper is silent: positive classes, scaling, and the rest."""

from collections.abc import Sequence

from evigate.papers.datasets import DatasetEntry, Task
from evigate.papers.plan.linking import LinkedClaim
from evigate.papers.plan.methods import SettledMethod
from evigate.papers.plan.models import (
    BUDGET_MINUTES_MAX,
    EPOCHS_MAX_V11,
    Assumption,
    Citation,
    Preprocessing,
    Protocol,
)
from evigate.papers.plan.positive import deduce_positive_class, read_positive_class
from evigate.papers.plan.protocol_reading import ReadProtocol
from evigate.papers.plan.text import Sentence, own_statements


def positive_class(
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


def scaled_if_needed(read: ReadProtocol, settled: Sequence[SettledMethod]) -> ReadProtocol:
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


def general_assumptions(
    settled: Sequence[SettledMethod], linked: Sequence[LinkedClaim], budget_minutes: int
) -> list[Assumption]:
    """Return what holds for the whole plan without the paper saying so."""
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
