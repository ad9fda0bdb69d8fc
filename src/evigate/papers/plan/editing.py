"""Changing a plan: what differs between two, and one assumption set to another value. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from evigate.base.errors import EvigateError
from evigate.papers.errors import E_PLAN_NO_ASSUMPTION
from evigate.papers.plan.values import read_value

VALUES_MAX = 12
_KEYS = ("id", "claim_id", "field", "name")
_STEPS = ("standardize", "minmax", "l2_normalize")
_ABSENT = object()

# What each kind of parting reads of a protocol; varying anything else would change nothing.
_TAKEN_BY = {
    "holdout": ("test_size", "is_stratified", "repeats"),
    "k_fold": ("folds", "is_stratified", "repeats"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One place in which two plans differ; None stands for what is not there."""

    place: str
    before: Any
    after: Any


def diff_plans(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """
    Return where two plan documents differ, in the order of the first document's keys.

    Members of a list are matched by their id, claim, field or name where they have one, else by
    their place; a member that only one has is one change.
    """
    return list(_differences("", before, after))


def _differences(place: str, before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{place}.{key}" if place else str(key)
            yield from _differences(inner, before.get(key, _ABSENT), after.get(key, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_differences(place, before, after)
    elif before != after:
        yield Change(place, _shown(before), _shown(after))


def _shown(value: Any) -> Any:
    return None if value is _ABSENT else value


def _list_differences(place: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    olds, news = _keyed(before), _keyed(after)
    for key in dict.fromkeys([*olds, *news]):
        yield from _differences(f"{place}[{key}]", olds.get(key, _ABSENT), news.get(key, _ABSENT))


def _keyed(items: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for index, item in enumerate(items):
        name = str(index)
        if isinstance(item, Mapping):
            name = str(next((item[key] for key in _KEYS if item.get(key)), index))
        found[name if name not in found else f"{name}#{index}"] = item
    return found


def read_variation(text: str) -> tuple[str, list[str]]:
    """
    Read "protocol.test_size=0.2,0.3" as a field and its values.

    Raises:
        EvigateError[E_PLAN_NO_ASSUMPTION]: it is not of that form, or has too many values.
    """
    field, _, values = text.partition("=")
    listed = [value.strip() for value in values.split(",") if value.strip()]
    if not field.strip() or not 1 <= len(listed) <= VALUES_MAX:
        message = f"{text!r} is not a field, '=' and 1 to {VALUES_MAX} values with commas between."
        raise EvigateError(E_PLAN_NO_ASSUMPTION, message)
    return field.strip(), listed


def variable_fields(plan: Mapping[str, Any]) -> list[str]:
    """Return what may be varied: the protocol, the positive class, the methods' settings.

    Of the protocol it is what its kind of parting takes: a fixed split has no share to test on.
    """
    protocol = plan.get("protocol") or {}
    taken = ("preprocessing", *_TAKEN_BY.get(protocol.get("kind", ""), ()))
    fields = [f"protocol.{name}" for name in protocol if name in taken]
    fields += ["positive_class"] if plan.get("datasets") else []
    for model in plan.get("models") or []:
        if model.get("status") == "runnable":
            fields += [f"{model['id']}.{name}" for name in model.get("parameters") or {}]
            fields += list(model.get("parameters") or {})
    return list(dict.fromkeys(fields))


def set_assumption(plan: Mapping[str, Any], field: str, text: str) -> dict[str, Any]:
    """
    Return a plan document with one field set to another value, and told so.

    Fields are those of `variable_fields`; a setting's bare name sets it in every method that has
    it. A quote that bore out the old value no longer stands beside the new one.

    Raises:
        EvigateError[E_PLAN_NO_ASSUMPTION]: the plan has no such field.
    """
    document = deepcopy(dict(plan))
    value = _value(text)
    if field.startswith("protocol.") and field in variable_fields(plan):
        _set_protocol(document, field.removeprefix("protocol."), value, text)
    elif field == "positive_class" and document.get("datasets"):
        for dataset in document["datasets"]:
            dataset["positive_class"] = text
    elif not _set_parameter(document, field, value):
        raise EvigateError(
            E_PLAN_NO_ASSUMPTION,
            f"The plan has no {field!r} to vary; it has {', '.join(variable_fields(plan)[:30])}.",
        )
    note = {"field": field, "value": text, "reason": "varied, to see what it does to the verdict"}
    kept = [a for a in document.get("assumptions") or [] if a["field"] != field]
    document["assumptions"] = [*kept, note]
    document["citations"] = [c for c in document.get("citations") or [] if c["field"] != field]
    return document


def _value(text: str) -> Any:
    if text.lower() in ("none", "null"):
        return None
    value = read_value(text)
    return list(value) if isinstance(value, tuple) else text if value is None else value


def _set_protocol(document: dict[str, Any], name: str, value: Any, text: str) -> None:
    if name == "preprocessing":
        names = [word for word in re.split(r"[+\s]+", text) if word in _STEPS]
        value = [{"name": word, "fit_on": "train"} for word in names]
    document["protocol"][name] = value
    for dataset in document.get("datasets") or []:
        if dataset.get("protocol") and name in ("preprocessing", "is_stratified"):
            dataset["protocol"][name] = value


def _set_parameter(document: dict[str, Any], field: str, value: Any) -> bool:
    model_id, _, name = field.rpartition(".")
    is_set = False
    for model in document.get("models") or []:
        parameters = model.get("parameters") or {}
        if name not in parameters or (model_id and model["id"] != model_id):
            continue
        is_set = True
        parameters[name] = value
        model["citations"] = [c for c in model.get("citations") or [] if c["field"] != name]
        model["assumptions"] = [a for a in model.get("assumptions") or [] if a["field"] != name]
        model["assumptions"].append(
            {"field": name, "value": str(value), "reason": "varied, to see what it does"}
        )
    first = next(iter(document.get("models") or []), None)
    if is_set and first is not None and document["model"].get("parameters") is not None:
        document["model"]["parameters"] = dict(first.get("parameters") or {})
    return is_set


@dataclass(frozen=True, slots=True)
class Tried:
    """One value of a varied field, and what its run said: by claim a verdict and a number."""

    value: str
    status: str | None
    plan_id: str
    run_id: str | None
    verdicts: Mapping[str, str]
    observed: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How verdicts depend on one assumption: a row a claim, a column a value."""

    field: str
    tried: Sequence[Tried]

    @property
    def is_decisive(self) -> bool:
        """Whether the verdict on some claim is not the same for all values that have one."""
        claims = {claim for each in self.tried for claim in each.verdicts}
        return any(
            len({each.verdicts[claim] for each in self.tried if claim in each.verdicts}) > 1
            for claim in claims
        )
