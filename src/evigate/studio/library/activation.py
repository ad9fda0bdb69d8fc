"""Which questions are worth asking in a state of facts, and why each of them is asked.

Facts are one JSON document: what the library found in the person's words (`domain`, `entity`,
`feature`, `pattern`, `integration`: arrays of keys; `quote`: the words they rest on), what was
answered (`answer`, by question), and what is known of the idea (`idea`, the objective's tree).
Rules are conditions over it, so the trace of the condition is the reason.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from evigate.kernel.conditions import Step, evaluate
from evigate.studio.library.matching import (
    Match,
    match_domains,
    match_entities,
    match_features,
    match_integrations,
    match_patterns,
)
from evigate.studio.library.models import Library, Pool, Question

ROOTS = ("domain", "entity", "feature", "pattern", "integration", "answer", "idea")
# A match below it is kept for a person to see and activates nothing.
COUNTS_FROM = 0.3
DOMAINS_MAX = 2
QUOTES_MAX = 3
# Rules that ask for the time are of no use in a library; the language wants one all the same.
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reason:
    """One fact that a question rests on: where it stands, what it is, and both as a sentence."""

    path: str
    found: Any
    text: str


@dataclass(frozen=True, slots=True)
class ActiveQuestion:
    """A question that the facts call for, the pool it is of, and why; never without a reason."""

    question: Question
    pool: str
    reasons: tuple[Reason, ...]

    def why(self) -> str:
        """Return the answer to "why am I asked this?" in a sentence or two."""
        found = "; ".join(dict.fromkeys(reason.text for reason in self.reasons))
        return f"{self.question.why} Asked because {found}."


def facts_of(
    text: str,
    library: Library,
    *,
    answers: Mapping[str, Any] | None = None,
    idea: Mapping[str, Any] | None = None,
    domains: list[Match] | None = None,
) -> dict[str, Any]:
    """
    Return what the library finds in a text as a document of facts.

    Args:
        text: all that the person said.
        library: what to look for.
        answers: values by the keys of questions.
        idea: the objective's tree of values, as far as it is known.
        domains: the domains it is of, where that is known; None finds them.
    """
    if domains is None:
        domains = _counted(match_domains(text, library))[:DOMAINS_MAX]
    features = _counted(match_features(text, library))
    found = {
        "domain": domains,
        "entity": [m for d in domains for m in _counted(match_entities(text, d.key, library))],
        "feature": features,
        "pattern": _counted(match_patterns(text, library, features=[m.key for m in features])),
        "integration": _counted(match_integrations(text, library)),
    }
    return {
        **{root: list(dict.fromkeys(m.key for m in matches)) for root, matches in found.items()},
        "quote": {root: {m.key: _quotes(m) for m in matches} for root, matches in found.items()},
        "answer": dict(answers or {}),
        "idea": dict(idea or {}),
    }


def active_questions(
    facts: Mapping[str, Any],
    library: Library,
    *,
    is_ahead: bool = False,
    among: Callable[[Question], bool] = lambda _: True,
) -> list[ActiveQuestion]:
    """
    Return the questions that a state of facts calls for and that are not answered yet.

    A question is active when the rule of its pool and its own rule hold and all its prerequisites
    were answered. A rule that ends in an error is read as "no". `among` leaves questions out before
    their rules are looked at.

    Args:
        facts: as `facts_of` gives them.
        library: where the questions are.
        is_ahead: for a plan of all that is asked; prerequisites need no answer yet, and what is
            answered is asked too.

    Returns:
        Heaviest first; ties in the order of keys. Empty when nothing applies.
    """
    answered = facts.get("answer", {})
    found = []
    for pool in library.all_pools:
        shared = evaluate(pool.condition, facts, now=_NEVER)
        if shared.result is not True:
            continue
        for question in filter(among, pool.questions):
            is_waiting = any(key not in answered for key in question.after)
            if not is_ahead and (question.key in answered or is_waiting):
                continue
            own = evaluate(question.condition, facts, now=_NEVER)
            if own.result is True:
                steps = [*shared.trace, *own.trace]
                reasons = tuple(_reasons(question, pool, steps, facts, library))
                found.append(ActiveQuestion(question, pool.key, reasons))
    return sorted(found, key=lambda each: (-each.question.weight, each.question.key))


def _counted(matches: list[Match]) -> list[Match]:
    return [match for match in matches if match.score >= COUNTS_FROM]


def _quotes(match: Match) -> list[str]:
    """Return the longest of the words that a match rests on, in the order of the text."""
    longest = sorted({hit.quote for hit in match.hits}, key=lambda quote: (-len(quote), quote))
    kept = set(longest[:QUOTES_MAX])
    return list(dict.fromkeys(hit.quote for hit in match.hits if hit.quote in kept))


def _reasons(
    question: Question,
    pool: Pool,
    steps: Iterable[Step],
    facts: Mapping[str, Any],
    library: Library,
) -> Iterator[Reason]:
    said = False
    for key in question.after:
        if key not in facts.get("answer", {}):
            continue
        value = facts["answer"][key]
        said = True
        yield Reason(f"answer.{key}", value, _answered(key, value, library))
    for step in steps:
        if step.result is True and step.actual not in ((), (None,)):
            said = True
            yield Reason(step.path, step.actual[0], _sentence(step, facts, library))
    if not said:
        yield Reason("", pool.key, f"every project is asked about {pool.title.lower()}")


def _sentence(step: Step, facts: Mapping[str, Any], library: Library) -> str:
    root, _, rest = step.path.partition(".")
    value = step.actual[0]
    if root == "answer":
        return _answered(rest.split(".")[0], value, library)
    if root == "idea":
        return f"{rest.replace('_', ' ')} is {_shown(value)}"
    wanted = step.expected if isinstance(step.expected, list) else [step.expected]
    values = value if isinstance(value, list) else [value]
    held = [key for key in values if step.operator == "$exists" or key in wanted]
    named = " and ".join(_title(root, key, library) for key in held) or _shown(value)
    said = [quote for key in held for quote in facts.get("quote", {}).get(root, {}).get(key, [])]
    words = ", ".join(f'"{quote}"' for quote in dict.fromkeys(said)) or "what you said"
    verb = "point" if len(dict.fromkeys(said)) > 1 else "points"
    return f"{words} {verb} to the {root} {named}"


def _answered(key: str, value: Any, library: Library) -> str:
    question = library.questions.get(key)
    return f'you answered {_shown(value)} to "{question.ask if question else key}"'


def _title(root: str, key: str, library: Library) -> str:
    if root == "entity":
        titles = {e.key: e.title for domain in library.domains for e in domain.entities}
        return titles.get(key, key)
    kinds: Mapping[str, Iterable[Any]] = {
        "domain": library.domains,
        "feature": library.features,
        "pattern": library.patterns,
        "integration": library.integrations,
    }
    return str(next((each.title for each in kinds.get(root, ()) if each.key == key), key))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return f'"{value}"' if isinstance(value, str) else str(value)
