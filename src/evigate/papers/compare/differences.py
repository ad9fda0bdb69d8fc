"""What differed between the protocol that a paper states and the one that was run; pure.

Everything said here is read from the plan: what it cites of the paper, what it assumed, and what it
ran. Nothing is guessed; where nothing differs, that is said with what was compared.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from evigate.papers.datasets import find_entry
from evigate.papers.plan.editing import Sensitivity
from evigate.papers.plan.models import Assumption, Citation, Plan, PlannedModel, Protocol
from evigate.papers.recipes import find_recipe

SAID_IN_REASON = 2
SHOWN_MAX = 20
ROWS_FIELD, SOFTWARE_FIELD = "rows of ", "software"
_TOLD = ("licence of ", "config.epochs", "claim", "budget")


class DifferenceKind(StrEnum):
    """How the run stands to the paper in one thing; the likeliest cause of a gap first."""

    DECISIVE = "decisive"
    DEPARTED = "departed"
    DATA = "data"
    ASSUMED_PROTOCOL = "assumed protocol"
    ASSUMED_SETTING = "assumed setting"
    SOFTWARE = "software"
    WITHOUT_EFFECT = "without effect"


@dataclass(frozen=True, slots=True)
class ProtocolDifference:
    """
    One thing in which a run may not have done as the paper did.

    `stated` is what the paper says, None where it says nothing; `used` is what was run. `page` and
    `quote` are where it says so. `tried` are the values that were tried instead, each with the
    number observed then and its verdict.
    """

    kind: DifferenceKind
    field: str
    stated: str | None
    used: str
    reason: str
    page: int | None = None
    quote: str | None = None
    tried: tuple[tuple[str, float | None, str | None], ...] = ()

    @property
    def sentence(self) -> str:
        """The difference in words, without a full stop."""
        if self.stated is not None:
            where = f" (p. {self.page})" if self.page else ""
            told = f"the paper states {self.field} {self.stated}{where}, the run used {self.used}"
        else:
            told = f"the paper does not state {self.field}, the run used {self.used}"
        if not self.tried:
            return told
        parts = [
            f"{value}: {'nothing' if seen is None else f'{seen:.4g}'} ({verdict or 'not compared'})"
            for value, seen, verdict in self.tried
        ]
        return f"{told}; varied, it gave {', '.join(parts)}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        tried = [{"value": v, "observed": o, "verdict": w} for v, o, w in self.tried]
        return {**asdict(self), "kind": self.kind.value, "tried": tried, "sentence": self.sentence}


def differences_of(
    plan: Plan,
    model_id: str | None,
    dataset: str | None,
    *,
    claim_id: str | None = None,
    sensitivity: Sequence[Sensitivity] = (),
) -> list[ProtocolDifference]:
    """
    Return what differed for one method on one data set, the likeliest cause of a gap first.

    Args:
        plan: the plan that was run, with its citations and assumptions.
        model_id: the method; None leaves out what only a method has.
        dataset: the registry's name of the data set.
        claim_id: whose numbers and verdicts of the variations are told.
        sensitivity: what came of varying assumptions; one on which the verdict hangs comes first,
            one that was varied without effect last.

    Returns:
        At most `SHOWN_MAX`; empty if the paper states all that the plan holds, and it was done so.
    """
    model = next((each for each in plan.models if each.id == model_id), None)
    protocol = plan.protocol_of(dataset)
    found = [
        *_departures(model.citations if model else (), _settings_used(model), model),
        *_departures(plan.citations, _protocol_used(protocol), None),
        *_data(plan, dataset),
        *_assumed(plan.assumptions, DifferenceKind.ASSUMED_PROTOCOL),
        *_assumed(model.assumptions if model else (), DifferenceKind.ASSUMED_SETTING),
        *_software(plan, model),
    ]
    unique = {each.field: each for each in reversed(found)}
    ordered = [each for each in dict.fromkeys(found) if unique[each.field] is each]
    varied = [_with_tried(each, model_id, claim_id, sensitivity) for each in ordered]
    places = list(DifferenceKind)
    return sorted(varied, key=lambda each: places.index(each.kind))[:SHOWN_MAX]


def say_differences(
    differences: Sequence[ProtocolDifference], plan: Plan, model_id: str | None
) -> str:
    """Return the likeliest of them in a few words, or that there is none and what was compared."""
    if differences:
        return "; ".join(each.sentence for each in differences[:SAID_IN_REASON])
    model = next((each for each in plan.models if each.id == model_id), None)
    cited = [*(model.citations if model else ()), *plan.citations]
    fields = sorted({each.field for each in cited if not each.field.startswith(_TOLD)})
    if not fields:
        return "the plan holds nothing that the paper states and nothing that was assumed"
    return f"nothing differs from what the paper states of {', '.join(fields[:8])}"


def _departures(
    citations: Iterable[Citation], used: Mapping[str, object], model: PlannedModel | None
) -> list[ProtocolDifference]:
    """What the paper states and the run did otherwise."""
    assumed = model.assumptions if model else []
    reasons = {each.field: each.reason for each in assumed}
    found = []
    for cited in citations:
        name = cited.field.removeprefix("protocol.")
        if name not in used or _is_same(cited.value, used[name]):
            continue
        reason = reasons.get(name, "")
        found.append(_stated(DifferenceKind.DEPARTED, cited, name, str(used[name]), reason))
    # A schedule that was cut short departs from the epochs that the paper states.
    cut = (
        next((each for each in model.assumptions if each.field == "steps"), None) if model else None
    )
    if cut is not None:
        epochs = next((each for each in citations if each.field in ("epochs", "steps")), None)
        used_ = f"{cut.value} steps"
        if epochs is not None:
            stated = _stated(DifferenceKind.DEPARTED, epochs, epochs.field, used_, cut.reason)
            found.append(stated)
        else:
            found.append(
                ProtocolDifference(DifferenceKind.DEPARTED, "steps", None, used_, cut.reason)
            )
    return found


def _stated(
    kind: DifferenceKind, cited: Citation, field: str, used: str, reason: str
) -> ProtocolDifference:
    return ProtocolDifference(kind, field, cited.value, used, reason, cited.page, cited.quote)


def _settings_used(model: PlannedModel | None) -> dict[str, object]:
    """What the method was run with; the count of steps is another form of the epochs."""
    used = dict(model.parameters) if model else {}
    used.pop("steps", None)
    return used


def _protocol_used(protocol: Protocol | None) -> dict[str, object]:
    if protocol is None:
        return {}
    steps = "+".join(each.name for each in protocol.preprocessing) or "none"
    return {
        "kind": protocol.kind.value,
        "test_size": protocol.test_size,
        "folds": protocol.folds,
        "repeats": protocol.repeats,
        "is_stratified": protocol.is_stratified,
        "preprocessing": steps,
    }


def _is_same(stated: str, used: object) -> bool:
    """Whether two values are one, however they are written."""
    if stated == str(used):
        return True
    try:
        return abs(float(stated) - float(str(used))) <= 1e-9 * max(1.0, abs(float(stated)))
    except ValueError:
        return _letters(stated) == _letters(str(used))


def _letters(text: str) -> str:
    return re.sub(r"[\s_()\[\],+-]+", "", text.casefold())


def _data(plan: Plan, dataset: str | None) -> list[ProtocolDifference]:
    """A count of rows that is not the data set's."""
    entry = find_entry(dataset or "")
    field = f"{ROWS_FIELD}{dataset}"
    cited = next((each for each in plan.citations if each.field == field), None)
    if entry is None or cited is None or _is_same(cited.value, entry.rows):
        return []
    return [_stated(DifferenceKind.DATA, cited, field, str(entry.rows), entry.title)]


def _assumed(assumptions: Iterable[Assumption], kind: DifferenceKind) -> list[ProtocolDifference]:
    """What the paper does not state; what was read from it in another form is not among them."""
    return [
        ProtocolDifference(kind, each.field, None, each.value, each.reason)
        for each in assumptions
        if not each.field.startswith(_TOLD) and not _is_read(each) and each.field != "steps"
    ]


def _is_read(assumption: Assumption) -> bool:
    """Whether the choice rests on the paper's own words or numbers, or changes nothing."""
    return bool(
        re.search(r"\bthe paper (?:counts|lists)\b|^the rates of\b", assumption.reason)
        or "is not used" in assumption.reason
    )


def _software(plan: Plan, model: PlannedModel | None) -> list[ProtocolDifference]:
    """Another program than the one that the paper names."""
    cited = next((each for each in plan.citations if each.field == SOFTWARE_FIELD), None)
    recipe = find_recipe(model.recipe) if model and model.recipe else None
    if cited is None or recipe is None:
        return []
    lines = " ".join(recipe.imports)
    used = [
        name
        for name, mark in (
            ("PyTorch", "torch"),
            ("statsmodels", "statsmodels"),
            ("lifelines", "lifelines"),
            ("scikit-learn", "sklearn"),
        )
        if re.search(rf"\b{mark}\b", lines)
    ] or ["numpy"]
    if any(name.casefold() in cited.value.casefold() for name in used):
        return []
    reason = "solvers, defaults and random numbers are another program's"
    return [_stated(DifferenceKind.SOFTWARE, cited, SOFTWARE_FIELD, " and ".join(used), reason)]


def _with_tried(
    found: ProtocolDifference,
    model_id: str | None,
    claim_id: str | None,
    sensitivity: Sequence[Sensitivity],
) -> ProtocolDifference:
    """Put beside a difference what came of varying it, and weigh it by that."""
    names = {found.field, found.field.removeprefix("protocol."), f"protocol.{found.field}"}
    names |= {f"{model_id}.{found.field}"}
    varied = next((each for each in sensitivity if each.field in names), None)
    if varied is None or claim_id is None:
        return found
    tried = tuple(
        (each.value, each.observed.get(claim_id), each.verdicts.get(claim_id))
        for each in varied.tried
    )
    verdicts = {verdict for _, _, verdict in tried if verdict is not None}
    if not verdicts:
        return found
    kind = DifferenceKind.DECISIVE if len(verdicts) > 1 else DifferenceKind.WITHOUT_EFFECT
    return ProtocolDifference(
        kind, found.field, found.stated, found.used, found.reason, found.page, found.quote, tried
    )
