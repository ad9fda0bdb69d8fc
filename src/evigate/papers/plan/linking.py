"""Tie claims to data sets, metrics and methods; say of each why it is or is not to be measured."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from evigate.papers.datasets import (
    DataKind,
    DatasetEntry,
    Task,
    find_mentions,
    is_licence_compliant,
    licence_fault,
    resolve,
)
from evigate.papers.models import ClaimDraft
from evigate.papers.recipes import Metric, MetricKind, Recipe, find_metric, match_method
from evigate.papers.recipes.lexicon import MethodMatch

_CITED = re.compile(r"\[\d+(?:\s*[,–-]\s*\d+)*\]|\bet al\b|\(\s*\w+,? \d{4}\s*\)|\(\d{4}\)")
_VALIDATION = re.compile(r"\b(?:val(?:id(?:ation)?)?|dev(?:elopment)?)\b", re.IGNORECASE)
_RUNNING_MEAN = re.compile(r"\baverage\s+training\b|\bmean\s+training\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LinkedClaim:
    """
    A claim with what its words mean here.

    `reason` is None if the claim can be measured as far as data, metric and method's name go;
    `method` is as printed, or taken from the claim that this one restates.
    """

    claim_id: str
    draft: ClaimDraft
    entry: DatasetEntry | None = None
    metric: Metric | None = None
    method: str | None = None
    match: MethodMatch | None = None
    split: str = "test"
    reason: str | None = None
    dataset_is_assumed: bool = False


def only_known_dataset(text: str, drafts: Sequence[ClaimDraft]) -> DatasetEntry | None:
    """
    Return the data set that a text is about, if it names exactly one of the registry.

    It is None where most claims are on other data, and the one is named in passing.
    """
    mentions = find_mentions(text)
    if len(mentions) != 1:
        return None
    only = mentions[0][0]
    named = [draft.dataset for draft in drafts if draft.dataset is not None]
    entries = {name: resolve(name).entry for name in dict.fromkeys(named)}
    return only if 2 * sum(entries[name] != only for name in named) <= len(drafts) else None


def _link_dataset(draft: ClaimDraft, only: DatasetEntry | None) -> tuple[DatasetEntry | None, str]:
    if draft.dataset is None and only is None:
        return None, "the claim names no data set, and the paper names none or several we know"
    resolution = resolve(draft.dataset or (only.name if only else ""))
    entry = resolution.entry
    if entry is None or not resolution.is_runnable:
        hint = ", ".join(resolution.suggestions)
        return None, resolution.reason.rstrip(".") + (f"; did it mean {hint}?" if hint else "")
    if not is_licence_compliant(entry):
        return None, licence_fault(entry)
    return entry, ""


def _metric_of(draft: ClaimDraft) -> Metric | None:
    """The claim's metric, by its name or, if that is none we know, by its cell's printed labels."""
    labels = [draft.metric]
    if draft.cell is not None:
        labels += [draft.cell.column, draft.cell.row]
    return next((found for label in labels if (found := find_metric(label)) is not None), None)


def _split_of(draft: ClaimDraft) -> str:
    words = f"{draft.split or ''} {draft.metric}".lower()
    return "train" if re.search(r"\btrain(?:ing)?\b", words) else "test"


def _is_cited(draft: ClaimDraft) -> bool:
    """Whether another work is cited beside the method or, in prose, beside the number."""
    labels = [draft.method or ""]
    if draft.cell is not None:
        labels += [draft.cell.row, draft.cell.column]
    else:
        labels.append(draft.quote)
    return any(_CITED.search(label) for label in labels)


def _other_dataset(draft: ClaimDraft, entry: DatasetEntry) -> DatasetEntry | None:
    """The data set that a claim's sentence names instead of the claim's; None if they agree."""
    if draft.cell is not None:
        return None
    named = [found for found, _ in find_mentions(draft.quote)]
    return named[0] if named and entry not in named else None


def link_claim(
    claim_id: str,
    draft: ClaimDraft,
    *,
    only: DatasetEntry | None,
    expansions: Mapping[str, str],
    own_only: bool = True,
    written: Mapping[str, Recipe] | None = None,
) -> LinkedClaim:
    """
    Say what a claim's data set, metric and method mean here.

    The first thing that stands in the way is the reason. A claim without a data set is taken to be
    on `only`, the one data set that the paper names, and is marked so. Unless `own_only`, a number
    of a method that is not the paper's own counts as well, if no other work is cited with it.
    `written` are recipes that a model wrote, by the method's printed name.
    """
    linked = LinkedClaim(claim_id, draft, method=draft.method, split=_split_of(draft))
    metric = _metric_of(draft)
    entry, reason = _link_dataset(draft, only)
    task = entry.task if entry else Task.CLASSIFICATION
    match = None
    if draft.method:
        match = match_method(
            draft.method,
            task,
            expansions=expansions,
            kind=entry.kind if entry else DataKind.TABLE,
            estimates=metric is not None and metric.is_quantity,
        )
    if match is not None and match.recipe is None and draft.method in (written or {}):
        match = MethodMatch(match.name, None, (written or {})[draft.method or ""].name)
    linked = replace(
        linked,
        entry=entry,
        metric=metric,
        match=match,
        dataset_is_assumed=draft.dataset is None and entry is not None,
    )
    if draft.method is not None and not draft.is_own_method and (own_only or _is_cited(draft)):
        return replace(linked, reason="the paper reports it of other work, not of its own runs")
    if entry is None:
        return replace(linked, reason=reason)
    other = _other_dataset(draft, entry)
    if other is not None:
        reason = f"its sentence names {other.title}, and the claim says {entry.title}: correct it"
        return replace(linked, reason=reason)
    if metric is None:
        return replace(linked, reason=f"we measure no metric called {draft.metric!r}")
    if not metric.is_quantity and metric.is_regression != (entry.task is Task.REGRESSION):
        return replace(linked, reason=f"{metric.title} is not defined for {entry.task.value}")
    if _VALIDATION.search(draft.split or ""):
        reason = "it was taken on a validation part, which the plan does not set aside"
        return replace(linked, reason=reason)
    if metric.kind is MetricKind.PROPORTION and not 0 <= draft.value <= 100:
        return replace(linked, reason=f"{draft.value} is no {metric.title.lower()}")
    if linked.split == "train" and _RUNNING_MEAN.search(draft.quote):
        reason = "it is a mean over the course of training, and we measure at its end"
        return replace(linked, reason=reason)
    if match is None:
        return replace(linked, reason="the claim does not say which method reached it")
    if match.recipe is None:
        return replace(linked, reason=f"no recipe: {match.reason}")
    return linked


def _rounds_to(exact: Decimal, printed: Decimal) -> bool:
    exponent = printed.as_tuple().exponent
    if not isinstance(exponent, int):
        return False
    return exact.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_HALF_UP) == printed


def link_restatements(claims: Sequence[LinkedClaim]) -> list[LinkedClaim]:
    """
    Give a claim without a method the method of the claim that it repeats in fewer digits.

    It must be of the same data set, metric and split, and the numbers of exactly one method may
    round to it; otherwise it stays as it is.
    """
    result = []
    for claim in claims:
        if claim.method is not None or claim.metric is None or claim.entry is None:
            result.append(claim)
            continue
        sources = {
            other.method: other
            for other in claims
            if other.reason is None
            and (other.entry, other.metric, other.split) == (claim.entry, claim.metric, claim.split)
            and other.draft.units == claim.draft.units
            and _rounds_to(other.draft.value, claim.draft.value)
        }
        if len(sources) == 1:
            source = next(iter(sources.values()))
            claim = replace(claim, method=source.method, match=source.match, reason=None)
        result.append(claim)
    return result
