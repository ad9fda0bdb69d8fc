"""Which questions a board of features calls for, each once, with all the places it comes from.

Pure: the same board, words and library give the same questions. They come from the library's pools
as the chosen features and the trade activate them, from the things the project keeps, and for
features of one's own from a skeleton. Two that ask the same become one, and every origin is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evigate.language.words import content_stems
from evigate.studio.features.models import Chosen
from evigate.studio.features.reading import Known
from evigate.studio.library import (
    ActiveQuestion,
    Library,
    active_questions,
    facts_of,
    match_domains,
    match_features,
)
from evigate.studio.planning.models import Asked
from evigate.studio.session.conflicts import shown

REQUIRED_WEIGHT = 8
QUESTIONS_MAX = 120
SAME = 0.9
CUSTOM_MATCH = 0.5
SKELETON = (
    ("who", "Who uses “{title}”, and how often?", "Whoever uses it decides how it looks.", 8),
    (
        "result",
        "What is there when “{title}” is done that was not there before?",
        "What it leaves behind is how it will be accepted.",
        8,
    ),
    (
        "never",
        "What must never happen in “{title}”?",
        "What must not happen becomes a rule and a test.",
        5,
    ),
)


@dataclass(frozen=True, slots=True)
class Collected:
    """The questions in the order in which they are asked, and the keys that found no room."""

    questions: tuple[Asked, ...]
    left_out: tuple[str, ...]


def facts_for(
    known: Known, selected: Sequence[Chosen], library: Library, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the facts that the library's rules are held against: the board in place of guesses."""
    facts = facts_of(known.text, library, answers=answers, idea=_idea(known))
    likely = [each.key for each in match_domains(known.text, library) if each.is_likely]
    domains = likely or facts["domain"][:1]
    entities = {e.key for d in library.domains if d.key in domains for e in d.entities}
    return {
        **facts,
        "domain": domains,
        "entity": [each for each in facts["entity"] if each in entities],
        "feature": sorted({key for each in selected for key in _speaks_of(each, library)}),
    }


def collect(
    selected: Sequence[Chosen],
    order: Sequence[str],
    facts: Mapping[str, Any],
    library: Library,
) -> Collected:
    """
    Return the questions that the board calls for.

    Args:
        selected: the chosen features.
        order: their keys, what is needed first.
        facts: as `facts_for` gives them.
        library: where the questions are.

    Returns:
        By feature in their order, then what no feature asks; within, a prerequisite before what it
        is for, then the heaviest. At most `QUESTIONS_MAX`: required ones first, then by weight.
    """
    called = _called_by(selected, facts, library)
    asked = [
        _asked(each, called[each.question.key])
        for each in active_questions(facts, library, is_ahead=True)
        if each.question.entity is None or each.question.entity in facts["entity"]
    ]
    asked += [one for each in selected if each.origin == "custom" for one in _skeleton(each)]
    merged = merge_same(asked)
    kept = sorted(merged, key=lambda q: (not q.is_required, -q.weight, q.key))[:QUESTIONS_MAX]
    return Collected(
        tuple(_in_order(kept, order)),
        tuple(sorted({each.key for each in merged} - {each.key for each in kept})),
    )


def merge_same(asked: Iterable[Asked]) -> list[Asked]:
    """Return the questions with those that say the same made one; the heaviest keeps its words."""
    kept: list[tuple[frozenset[str], Asked]] = []
    for each in sorted(asked, key=lambda q: (-q.weight, q.key)):
        words = frozenset(content_stems(each.ask))
        at = next((n for n, (w, q) in enumerate(kept) if _is_same(words, w, each, q)), None)
        if at is None:
            kept.append((words, each))
            continue
        other = kept[at][1]
        merged = replace(
            other,
            origins=(*other.origins, *(o for o in each.origins if o not in other.origins)),
            feature_keys=tuple(dict.fromkeys((*other.feature_keys, *each.feature_keys))),
            is_required=other.is_required or each.is_required,
        )
        kept[at] = (kept[at][0], merged)
    return [each for _, each in kept]


def section_of(question: Asked, order: Sequence[str]) -> str | None:
    """Return the feature under which a question stands: the first in order that asks it."""
    return next((key for key in order if key in question.feature_keys), None)


def _is_same(words: frozenset[str], other: frozenset[str], one: Asked, two: Asked) -> bool:
    if one.key == two.key:
        return True
    if one.kind != two.kind or not words or not other:
        return False
    return 2 * len(words & other) / (len(words) + len(other)) >= SAME


def _speaks_of(feature: Chosen, library: Library) -> list[str]:
    """Return the library's features that one of the board is, or that one's own words name."""
    if feature.origin != "custom":
        return [feature.key]
    text = f"{feature.title}. {feature.summary}"
    return [each.key for each in match_features(text, library) if each.score >= CUSTOM_MATCH]


def _called_by(
    selected: Sequence[Chosen], facts: Mapping[str, Any], library: Library
) -> dict[str, tuple[str, ...]]:
    """Return for each question the features that ask it; none for what is asked without them."""
    every = [each.key for each in selected]
    without = _keys({**facts, "feature": []}, library)
    alone = {
        each.key: _keys({**facts, "feature": _speaks_of(each, library)}, library)
        for each in selected
    }
    found = {}
    for key in _keys(facts, library):
        by = tuple(feature for feature, keys in alone.items() if key in keys)
        # What only several together ask is withdrawn when all of them are gone.
        found[key] = () if key in without else by or tuple(every)
    return found


def _keys(facts: Mapping[str, Any], library: Library) -> set[str]:
    return {each.question.key for each in active_questions(facts, library, is_ahead=True)}


def _asked(active: ActiveQuestion, feature_keys: tuple[str, ...]) -> Asked:
    question = active.question
    origins = [{"layer": "feature", "id": key} for key in feature_keys]
    origins.append({"layer": "pool", "id": active.pool})
    if question.entity is not None:
        origins.append({"layer": "entity", "id": question.entity})
    return Asked(
        key=question.key,
        ask=question.ask,
        why=active.why(),
        kind=question.kind,
        options=tuple(question.options),
        weight=question.weight,
        is_required=question.is_required or question.weight >= REQUIRED_WEIGHT,
        group_key=active.pool,
        feature_keys=feature_keys,
        origins=tuple(origins),
        after=tuple(question.after),
        fills=question.fills,
    )


def _skeleton(feature: Chosen) -> Iterable[Asked]:
    for name, ask, why, weight in SKELETON:
        yield Asked(
            key=f"{feature.key}--{name}",
            ask=ask.format(title=feature.title),
            why=why,
            kind="text",
            options=(),
            weight=weight,
            is_required=weight >= REQUIRED_WEIGHT,
            group_key="own",
            feature_keys=(feature.key,),
            origins=({"layer": "custom", "id": feature.key},),
        )


def _in_order(questions: Sequence[Asked], order: Sequence[str]) -> list[Asked]:
    by_key = {each.key: each for each in questions}
    places = {key: place for place, key in enumerate(order)}

    def place(question: Asked) -> tuple[int, str, int, str]:
        section = section_of(question, order)
        first = places[section] if section is not None else len(places)
        return first, question.group_key, -question.weight, question.key

    found: list[Asked] = []
    waiting: set[str] = set()

    def visit(question: Asked) -> None:
        waiting.add(question.key)
        for key in question.after:
            if key in by_key and key not in waiting:
                visit(by_key[key])
        found.append(question)

    for each in sorted(questions, key=place):
        if each.key not in waiting:
            visit(each)
    # A prerequisite that another section asks stands there; the rest keeps to its section.
    return found


def _idea(known: Known) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for claim in known.claims:
        *path, last = claim.field_path.removesuffix("[]").split(".")
        at = tree
        for part in path:
            at = at.setdefault(part, {})
        if claim.field_path.endswith("[]"):
            at.setdefault(last, []).append(shown(claim.value))
        else:
            at[last] = shown(claim.value)
    return tree
