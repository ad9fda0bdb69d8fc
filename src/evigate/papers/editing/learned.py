"""What a tenant's edits teach: which printed labels name which data set or metric, and which none.

The labels of a table's row and column are what the extractor read wrongly, so an edit says what
they mean. A label must be told the same way by most of the edits that touch it; one that was
corrected once is enough, one that was rejected needs two rejections and no correction, because a
rejection may have other grounds.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from evigate.papers.editing.models import ClaimEdit, EditKind
from evigate.papers.models import ClaimDraft

REJECTIONS_MIN = 2
_SIDES = ("column", "row")


@dataclass(frozen=True, slots=True)
class Linker:
    """Meanings of labels, by label in letters and digits; `none` are labels of no results."""

    datasets: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, str] = field(default_factory=dict)
    none: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the linker as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Linker":
        """Read the linker from JSON values."""
        return cls(found["datasets"], found["metrics"], tuple(found["none"]))


def learn(edits: Iterable[ClaimEdit]) -> Linker:
    """Learn from edits, oldest first; of several edits of a claim the last counts."""
    last: dict[object, ClaimEdit] = {}
    for edit in edits:
        first = last.get(edit.claim_id)
        # What the extractor read stands in the first edit, what is right in the last.
        last[edit.claim_id] = edit if first is None else replace(edit, before=first.before)
    datasets: dict[str, Counter[str]] = defaultdict(Counter)
    metrics: dict[str, Counter[str]] = defaultdict(Counter)
    rejected: Counter[str] = Counter()
    kept: set[str] = set()
    for edit in last.values():
        if edit.before is None:
            continue
        labels = _labels(edit.before)
        if edit.kind is EditKind.REJECT or edit.after is None:
            rejected.update(labels)
            continue
        kept.update(labels)
        _note(datasets, edit.before, edit.after, "dataset")
        _note(metrics, edit.before, edit.after, "metric")
    return Linker(
        _most(datasets),
        _most(metrics),
        tuple(sorted(x for x, n in rejected.items() if n >= REJECTIONS_MIN and x not in kept)),
    )


def apply_linker(claims: Sequence[ClaimDraft], linker: Linker) -> list[ClaimDraft]:
    """Return claims with what was learnt of their labels, in their order.

    A label that means no result takes its claim away; the column's meaning goes before the row's.
    """
    found = []
    for claim in claims:
        labels = _labels_of(claim)
        if any(label in linker.none for label in labels):
            continue
        dataset = next((linker.datasets[x] for x in labels if x in linker.datasets), None)
        metric = next((linker.metrics[x] for x in labels if x in linker.metrics), None)
        found.append(
            replace(claim, dataset=dataset or claim.dataset, metric=metric or claim.metric)
        )
    return found


def _note(
    into: dict[str, Counter[str]], before: Mapping[str, Any], after: Mapping[str, Any], key: str
) -> None:
    """Take down what a change says of the label that was misread.

    The label is the one that prints what was read before or says what is right now; if neither
    does, the column's for a metric and for a data set alike, since tables have methods in rows.
    """
    said, meant = before.get(key), after.get(key)
    if said == meant or not meant:
        return
    labels = _labels(before)
    named = [label for label in labels if _squeeze(said or "") == label]
    for label in named or labels[:1]:
        into[label][meant] += 1


def _most(counted: Mapping[str, Counter[str]]) -> dict[str, str]:
    found = {}
    for label, meanings in counted.items():
        (meaning, times), *others = meanings.most_common()
        if not others or times > others[0][1]:
            found[label] = meaning
    return found


def _labels(claim: Mapping[str, Any]) -> list[str]:
    cell = claim.get("cell") or {}
    return [label for side in _SIDES if (label := _squeeze(cell.get(side) or ""))]


def _labels_of(claim: ClaimDraft) -> list[str]:
    if claim.cell is None:
        return []
    return [label for text in (claim.cell.column, claim.cell.row) if (label := _squeeze(text))]


def _squeeze(text: str) -> str:
    return re.sub(r"[^a-z0-9+]+", "", text.lower())
