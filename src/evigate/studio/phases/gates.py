"""The gates: for each phase what must be true before it is left, in the house's one rule language.

Pure: conditions over a document of facts (`queries.sql`, `project_facts`). An error in a condition
is a "no", so a fact that is missing closes a gate and never opens one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from evigate.kernel.conditions import Condition, evaluate, parse_condition
from evigate.studio.phases.models import ORDER, Gate, GateItem, Phase


@dataclass(frozen=True)
class Rule:
    """One condition of a gate; `names` is the fact that lists what stands against it, if any."""

    key: str
    title: str
    when: Mapping[str, Any]
    remedy: str
    names: str = ""

    @cached_property
    def condition(self) -> Condition:
        """Return the condition, read once."""
        return parse_condition(dict(self.when))


RULES: Mapping[Phase, tuple[Rule, ...]] = {
    Phase.CREATED: (
        Rule(
            "said",
            "Something was said of the project",
            {"discovery.turn": {"$gte": 1}},
            "Write one paragraph about it.",
        ),
    ),
    Phase.DISCOVERY: (
        Rule(
            "completeness",
            "As much is known as the objective asks for",
            {"discovery.completeness": {"$gte": {"$ref": "discovery.threshold"}}},
            "Answer what is asked in the conversation.",
        ),
        Rule(
            "required",
            "Nothing that is required is open",
            {"discovery.open_required": {"$size": 0}},
            "Answer these, or leave them out with a reason.",
            "discovery.open_required",
        ),
    ),
    Phase.FEATURE_SELECTION: (
        Rule(
            "selected",
            "One feature or more is chosen",
            {"features.selected": {"$gte": 1}},
            "Choose features on the board.",
        ),
        Rule(
            "critical",
            "Every critical seed is decided",
            {"features.is_seeded": True, "features.undecided": {"$size": 0}},
            "Choose a feature for each, or say why it is met or dropped.",
            "features.undecided",
        ),
        Rule(
            "dependencies",
            "What a chosen feature needs is chosen too",
            {"features.missing": {"$size": 0}},
            "Choose what is missing, or drop what needs it.",
            "features.missing",
        ),
        Rule(
            "exclusions",
            "No two chosen features exclude each other",
            {"features.clashes": {"$size": 0}},
            "Drop one of each pair.",
            "features.clashes",
        ),
        Rule(
            "fresh",
            "The board rests on the discovery as it is",
            {"features.stale": None},
            "Look at the candidates again.",
            "features.stale",
        ),
    ),
    Phase.PLAN_GENERATION: (
        Rule("exists", "There is a question plan", {"plan.exists": True}, "Generate the plan."),
        Rule(
            "current",
            "The plan is of the features as they are chosen now",
            {"plan.is_current": True},
            "Generate the plan again; answers are carried over.",
        ),
    ),
    Phase.PLANNING: (
        Rule(
            "answered",
            "Every required question is answered or waived",
            {"plan.exists": True, "plan.open_required": {"$size": 0}},
            "Answer these, or leave them out with a reason.",
            "plan.open_required",
        ),
        Rule(
            "blueprint",
            "The blueprint of this plan is approved",
            {"blueprint.status": "approved", "blueprint.is_current": True},
            "Draft the blueprint, and have an owner approve it.",
        ),
    ),
    Phase.VISUAL_DISCOVERY: (
        Rule(
            "design",
            "A design system is compiled",
            {"design.is_compiled": True},
            "Choose a board, or skip the phase with a reason.",
        ),
    ),
    Phase.SPECIFICATION: (
        Rule(
            "compiled",
            "The specification is compiled from what holds now",
            {"specification.is_compiled": True},
            "Compile the specification; where something changed, compile it again.",
        ),
        Rule(
            "blockers",
            "It has no blocking finding",
            {"specification.blockers": 0},
            "Settle what the specification's page lists as blocking.",
        ),
        Rule(
            "approved",
            "A person approved it",
            {"specification.is_approved": True},
            "Submit the specification, and have an owner approve it.",
        ),
    ),
}


def gates_of(facts: Mapping[str, Any], *, now: datetime) -> tuple[Gate, ...]:
    """Return every phase's gate over the facts, in the order of the phases."""
    return tuple(Gate(phase, tuple(_items(phase, facts, now))) for phase in ORDER)


def _items(phase: Phase, facts: Mapping[str, Any], now: datetime) -> Iterable[GateItem]:
    for rule in RULES[phase]:
        outcome = evaluate(rule.condition, facts, now=now)
        is_met = outcome.result is True
        found = () if is_met or not rule.names else _names(facts, rule.names)
        remedy = "" if is_met else rule.remedy
        yield GateItem(rule.key, rule.title, is_met, remedy, found, outcome.trace)


def _names(facts: Mapping[str, Any], path: str) -> tuple[str, ...]:
    value: Any = facts
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
