"""How reviewers work together, by strategy; what they remember; and what their review came to.

Pure. Which reviewer reads what follows from the pieces that were given, so the same context gives
the same work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from evigate.agents import OnLimit, Passage
from evigate.agents.concert.memory import Remembered
from evigate.agents.concert.models import Concert, Part, Strategy, Work
from evigate.base.canonical import canonical_json
from evigate.gate.found import Found
from evigate.studio.reviews.arguing import in_order
from evigate.studio.reviews.models import Finding, ReviewIn, ReviewOut, Stance
from evigate.studio.reviews.reading import MEMORY
from evigate.studio.reviews.reviewers import FOCUSES, JUDGE, LEAD, REVIEWERS, SUM_UP, prompt_of
from evigate.studio.specification.checks import OPINION

DEBATERS = ("wording", "testability")
BY_SECTION, ON_ALL = ("wording", "testability"), ("completeness", "security", "consistency")
WHOLE = "whole"
MEMORY_ID = f"{MEMORY}project"
RULES_OF = {name: agent.name for name, agent in REVIEWERS.items()}


@dataclass(frozen=True, slots=True)
class Came:
    """What a review came to; `dropped` counts findings whose words stand nowhere."""

    findings: tuple[Finding, ...]
    stances: tuple[tuple[str, Stance], ...]
    dropped: int


def work_of(
    strategy: Strategy,
    texts: Mapping[str, str],
    memory: Passage | None,
    *,
    is_whole: bool,
    tokens_limit: int | None,
    on_limit: OnLimit,
) -> Work:
    """Return the work of a review: who looks at what of the pieces, given by key."""
    passages = [Passage(key, text, key) for key, text in texts.items()]
    if memory is not None:
        passages.append(memory)
    if strategy is Strategy.HIERARCHICAL:
        parts = _by_section(texts, is_whole, memory is not None)
    else:
        names = DEBATERS if strategy is Strategy.DEBATE else tuple(FOCUSES)
        parts = tuple(_part(name, is_whole) for name in names)
    lead = None
    if strategy in (Strategy.HIERARCHICAL, Strategy.DEBATE):
        focus = JUDGE if strategy is Strategy.DEBATE else SUM_UP
        given = ReviewIn(focus=focus, is_whole=is_whole).model_dump(mode="json")
        # A lead reads what was said; a judge also the words that were quoted.
        only = () if strategy is Strategy.DEBATE else (MEMORY_ID,)
        lead = Part(LEAD, focus, given, prompt_of("lead"), passages=only)
    return Work(
        strategy,
        parts,
        tuple(passages),
        lead=lead,
        tokens_limit=tokens_limit,
        on_limit=on_limit,
    )


def _part(name: str, is_whole: bool, group: str = "", only: Sequence[str] = ()) -> Part:
    given = ReviewIn(focus=name, is_whole=is_whole).model_dump(mode="json")
    return Part(RULES_OF[name], name, given, prompt_of(name), group, tuple(only))


def _by_section(texts: Mapping[str, str], is_whole: bool, has_memory: bool) -> tuple[Part, ...]:
    sections: dict[str, list[str]] = {}
    for key in sorted(texts):
        kind, _, name = key.partition("/")
        if kind in ("requirement", "tests"):
            sections.setdefault(name.partition("-")[0], []).append(key)
    memory = [MEMORY_ID] if has_memory else []
    parts = [
        _part(name, is_whole, section, [*keys, *memory])
        for section, keys in sections.items()
        for name in BY_SECTION
    ]
    return (*parts, *(_part(name, is_whole, WHOLE) for name in ON_ALL))


def came_to(concert: Concert) -> Came:
    """Return what a review found so far: the lead's word where there is one, else everybody's.

    A finding whose quote does not stand in what was read is left out, and counted.
    """
    last = [name for name in ("judge", "lead") if name in concert.outputs]
    names = last or [each for each in concert.outputs if not each.startswith("lead")]
    texts = {each.id: each.text for each in concert.work.passages}
    found: dict[tuple[str, str], Finding] = {}
    said: list[tuple[str, Stance]] = []
    dropped = 0
    for name, each in concert.outputs.items():
        output = ReviewOut.model_validate(each["output"])
        if each["agent"] != LEAD:
            said += [(each["role"], stance) for stance in output.stances]
        for finding in output.findings if name in names else ():
            if finding.quote in texts.get(finding.passage, ""):
                found.setdefault((finding.rule, finding.element), finding)
            else:
                dropped += 1
    return Came(tuple(in_order(found)), tuple(said), dropped)


def finders(concert: Concert) -> dict[tuple[str, str], str]:
    """Return which reviewer found what first, by rule and element."""
    found: dict[tuple[str, str], str] = {}
    for output in sorted(concert.outputs.values(), key=lambda each: each["agent"] == LEAD):
        for each in output["output"]["findings"]:
            found.setdefault((each["rule"], each["element"]), _name_of(output))
    return found


def _name_of(output: Mapping[str, Any]) -> str:
    return "lead" if output["agent"] == LEAD else str(output["role"])


def scopes_of(concert: Concert) -> list[str]:
    """Return what the rules of those who took part begin with, in the gate's findings."""
    return sorted({_scope(_name_of(each)) for each in concert.outputs.values()})


def as_found(finding: Finding, finder: str) -> Found:
    """Return an opinion as the gate keeps it: it blocks nothing, and its words stand with it."""
    return Found(
        f"{_scope(finder)}{finding.rule}",
        "warning" if finding.severity == "warning" else "info",
        finding.element,
        f"{finding.message} “{finding.quote}”",
        finding.fix,
    )


def _scope(role: str) -> str:
    return f"{OPINION}{role.upper()}."


def remembered(concert: Concert) -> dict[str, Remembered]:
    """Return what each reviewer remembers of a review, by agent."""
    found: dict[str, list[list[str]]] = {}
    for each in concert.outputs.values():
        if each["agent"] != LEAD:
            told = found.setdefault(each["agent"], [])
            told += [[one["rule"], one["element"]] for one in each["output"]["findings"]]
    return {
        agent: Remembered("assistant", canonical_json({"found": told}).decode())
        for agent, told in found.items()
    }


def dismissal(finding: Finding, reason: str) -> Remembered:
    """Return what a reviewer is to remember of a finding that a person dismissed."""
    told = {"dismissed": [[finding.rule, finding.element]], "reason": reason}
    return Remembered("system", canonical_json(told).decode(), is_pinned=True)


def memory_passage(messages: Sequence[Remembered]) -> Passage | None:
    """Return what reviewers remember as a passage; None where it is nothing."""
    merged: dict[str, set[tuple[str, str]]] = {"found": set(), "dismissed": set()}
    for each in messages:
        if each.metadata.get("is_summary"):
            continue
        values = orjson.loads(each.content)
        for name, pairs in merged.items():
            pairs |= {(rule, element) for rule, element in values.get(name, ())}
    if not any(merged.values()):
        return None
    told = {name: sorted(map(list, pairs)) for name, pairs in merged.items()}
    return Passage(MEMORY_ID, canonical_json(told).decode(), "what was found and dismissed before")
