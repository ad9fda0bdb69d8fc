"""What must hold between entries: names resolve, nothing turns in a circle, rules speak of what is.

One entry is checked when it is read; a library is checked here, whole, packaged or a tenant's. Each
finding names the entry and says what to do; a library without findings is safe to use.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

from evigate.kernel.conditions import At, parse_condition, walk_tests
from evigate.language.similarity import jaccard
from evigate.language.words import content_stems
from evigate.studio.library.activation import ROOTS
from evigate.studio.library.industries import industries
from evigate.studio.library.models import PLAIN_TYPES, Domain, Entity, Library, Question

# Above it two texts say the same in the same words; found by looking at the pairs near it.
NEAR_EQUAL_FROM = 0.8
TEXTS_KEPT = 8_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with an entry: where, such as `question deposit-amount`, and what."""

    where: str
    problem: str


def check_library(library: Library) -> list[Finding]:
    """Return what is wrong between the entries, in the order of the library; none is right."""
    return [
        *_unique(library),
        *(f for domain in library.domains for f in _domain(domain, library)),
        *(f for pool in library.all_pools for q in pool.questions for f in _question(q, library)),
        *(f for pool in library.pools for f in _rule(f"pool {pool.key}", pool.when, library)),
        *_features(library),
        *_patterns(library),
        *_integrations(library),
        *_circles(library),
        *_near_equal(library),
    ]


def _unique(library: Library) -> Iterator[Finding]:
    kinds: Mapping[str, list[str]] = {
        "domain": [each.key for each in library.domains],
        "pool": [each.key for each in library.all_pools],
        "question": [each.key for pool in library.all_pools for each in pool.questions],
        "feature": [each.key for each in library.features],
        "pattern": [each.key for each in library.patterns],
        "integration": [each.key for each in library.integrations],
    }
    for kind, keys in kinds.items():
        for key, count in Counter(keys).items():
            if count > 1:
                yield Finding(f"{kind} {key}", f"the key stands {count} times; give one a new key")


def _domain(domain: Domain, library: Library) -> Iterator[Finding]:
    where = f"domain {domain.key}"
    for code in domain.naics:
        if industries().get(code) is None:
            yield Finding(where, f"NAICS 2022 has no code {code}")
    for key, count in Counter(each.key for each in domain.entities).items():
        if count > 1:
            yield Finding(f"entity {domain.key}/{key}", f"the key stands {count} times")
    known = {each.key for each in domain.entities}
    asked = {question.entity for question in domain.questions}
    for question in domain.questions:
        if question.entity is not None and question.entity not in known:
            yield Finding(f"question {question.key}", f"{domain.key} has no {question.entity!r}")
    for entity in domain.entities:
        yield from _entity(f"entity {domain.key}/{entity.key}", entity, known)
        if entity.key not in asked:
            yield Finding(f"entity {domain.key}/{entity.key}", "no question asks about it")


def _entity(where: str, entity: Entity, known: set[str]) -> Iterator[Finding]:
    names = {each.name for each in entity.attributes}
    for each in entity.attributes:
        if each.type == "ref" or each.type == "list":
            for target in each.of:
                if target not in known and (each.type == "ref" or target not in PLAIN_TYPES):
                    yield Finding(where, f"{each.name} refers to {target!r}, which is not there")
    for name in entity.sensitive:
        if name not in names:
            yield Finding(where, f"sensitive names {name!r}, which is no attribute")
    for key in entity.related:
        if key not in known:
            yield Finding(where, f"related names {key!r}, which is not there")
    for rule in entity.rules:
        for test in walk_tests(parse_condition(rule.must)):
            if test.path and test.path[0] not in names:
                yield Finding(where, f"a rule asks for {test.path[0]!r}, which is no attribute")
        for name in rule.apart:
            if name not in names:
                yield Finding(where, f"a rule keeps apart by {name!r}, which is no attribute")
    yield from _states(where, entity)


def _states(where: str, entity: Entity) -> Iterator[Finding]:
    states = set(entity.states)
    named = {entity.initial, *entity.ends} | {
        state for step in entity.transitions for state in (step.start, step.end)
    }
    for state in sorted(named - states):
        yield Finding(where, f"{state!r} is no state of it")
    steps = [(step.start, step.end) for step in entity.transitions]
    for state in sorted(states - _reached({entity.initial}, steps)):
        yield Finding(where, f"the state {state!r} cannot be reached")
    backwards = [(end, start) for start, end in steps]
    for state in sorted(states - _reached(set(entity.ends), backwards)):
        yield Finding(where, f"no end can be reached from {state!r}")
    leaving = {start for start, _ in steps}
    for state in sorted(states - leaving - set(entity.ends)):
        yield Finding(where, f"nothing leaves {state!r} and it is no end")


def _reached(begin: set[str], steps: list[tuple[str, str]]) -> set[str]:
    found = set(begin)
    while True:
        more = {end for start, end in steps if start in found} - found
        if not more:
            return found
        found |= more


def _question(question: Question, library: Library) -> Iterator[Finding]:
    where = f"question {question.key}"
    for key in question.after:
        if key not in library.questions:
            yield Finding(where, f"it waits for {key!r}, which is no question")
    yield from _rule(where, question.when, library)


def _rule(where: str, when: Any, library: Library) -> Iterator[Finding]:
    for test in walk_tests(parse_condition(when)):
        yield from _test(where, test, library)


def _test(where: str, test: At, library: Library) -> Iterator[Finding]:
    root = test.path[0] if test.path else ""
    if root not in ROOTS:
        yield Finding(where, f"the rule asks for {root!r}; facts have {', '.join(ROOTS)}")
        return
    if test.operator == "$exists" or root == "idea":
        return
    wanted = test.expected if isinstance(test.expected, list) else [test.expected]
    if root == "answer":
        question = library.questions.get(test.path[1]) if len(test.path) > 1 else None
        if question is None:
            yield Finding(where, f"the rule asks for the answer to {'.'.join(test.path[1:])!r}")
            return
        for value in wanted:
            problem = _misfit(value, question)
            if problem and not (value is None or test.operator not in ("$eq", "$in")):
                yield Finding(where, f"{value!r} cannot be the answer to {question.key}: {problem}")
        return
    known = _keys(root, library)
    for value in wanted:
        if value not in known:
            yield Finding(where, f"the rule asks for the {root} {value!r}, which is not there")


def _misfit(value: Any, question: Question) -> str:
    """Return why a value cannot be an answer to a question; "" when it can."""
    if question.kind in ("choice", "multi"):
        values = value if isinstance(value, list) else [value]
        strange = [each for each in values if each not in question.options]
        return f"{strange[0]!r} is none of its options" if strange else ""
    if question.kind == "boolean":
        return "" if isinstance(value, bool) else "it is answered by true or false"
    if question.kind == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if is_number else "it is answered by a number"
    return ""


def _keys(root: str, library: Library) -> set[str]:
    kinds: Mapping[str, Iterable[Any]] = {
        "domain": library.domains,
        "feature": library.features,
        "pattern": library.patterns,
        "integration": library.integrations,
        "entity": [entity for domain in library.domains for entity in domain.entities],
    }
    return {each.key for each in kinds[root]}


def _features(library: Library) -> Iterator[Finding]:
    known = {each.key: each for each in library.features}
    steps = [(each.key, other) for each in library.features for other in each.depends]
    for feature in library.features:
        where = f"feature {feature.key}"
        yield from _missing(where, "depends on", feature.depends, set(known))
        yield from _missing(where, "excludes", feature.excludes, set(known))
        yield from _missing(where, "is of the domain", feature.domains, _keys("domain", library))
        yield from _missing(where, "names the entity", feature.entities, _keys("entity", library))
        for key in feature.excludes:
            if key in known and feature.key not in known[key].excludes:
                yield Finding(where, f"it excludes {key}, which does not exclude it")
        needed = _reached({feature.key}, steps)
        for key in sorted(needed):
            clash = needed & set(known[key].excludes if key in known else ())
            if clash:
                yield Finding(where, f"it needs both {key} and {min(clash)}, which exclude it")


def _patterns(library: Library) -> Iterator[Finding]:
    for pattern in library.patterns:
        where = f"pattern {pattern.key}"
        yield from _missing(where, "serves", pattern.features, _keys("feature", library))
        yield from _missing(where, "is of the domain", pattern.domains, _keys("domain", library))
        for key, value in pattern.settles.items():
            question = library.questions.get(key)
            if question is None:
                yield Finding(where, f"it settles {key!r}, which is no question")
            elif problem := _misfit(value, question):
                yield Finding(where, f"it settles {key} by {value!r}: {problem}")


def _integrations(library: Library) -> Iterator[Finding]:
    for each in library.integrations:
        yield from _missing(
            f"integration {each.key}", "serves", each.features, _keys("feature", library)
        )


def _missing(where: str, verb: str, keys: Iterable[str], known: set[str]) -> Iterator[Finding]:
    for key in keys:
        if key not in known:
            yield Finding(where, f"it {verb} {key!r}, which is not there")


def _circles(library: Library) -> Iterator[Finding]:
    graphs = {
        "feature": {each.key: list(each.depends) for each in library.features},
        "question": {key: list(each.after) for key, each in library.questions.items()},
    }
    for kind, graph in graphs.items():
        steps = [(start, end) for start, ends in graph.items() for end in ends]
        for key in graph:
            if any(key in _reached({end}, steps) for end in graph[key]):
                yield Finding(f"{kind} {key}", "it waits for itself, by way of what it waits for")


def _near_equal(library: Library) -> Iterator[Finding]:
    groups: Mapping[str, list[tuple[str, str]]] = {
        "question": [(key, each.ask) for key, each in library.questions.items()],
        "reason": [(key, each.why) for key, each in library.questions.items()],
        "feature": [(each.key, each.summary) for each in library.features],
        "pattern": [(each.key, each.summary) for each in library.patterns],
        "entity": [
            (f"{domain.key}/{each.key}", each.summary)
            for domain in library.domains
            for each in domain.entities
        ],
    }
    for kind, texts in groups.items():
        for key, other in _alike([(key, _stems(text)) for key, text in texts]):
            yield Finding(f"{kind} {other}", f"it says nearly the same as {key}")


def _alike(texts: list[tuple[str, frozenset[str]]]) -> Iterator[tuple[str, str]]:
    """Yield the pairs whose stems are nearly the same, each pair once.

    Two sets that are so alike share one of their rarest stems, so only such pairs are compared.

    Source:
        prefix filtering, Chaudhuri, Ganti & Kaushik, ICDE 2006.
    """
    counts = Counter(stem for _, stems in texts for stem in stems)
    by_stem: dict[str, list[int]] = {}
    for at, (key, stems) in enumerate(texts):
        rarest = sorted(stems, key=lambda stem: (counts[stem], stem))
        prefix = rarest[: len(stems) - ceil(NEAR_EQUAL_FROM * len(stems)) + 1]
        for before in sorted({other for stem in prefix for other in by_stem.get(stem, ())}):
            if jaccard(texts[before][1], stems) >= NEAR_EQUAL_FROM:
                yield texts[before][0], key
        for stem in prefix:
            by_stem.setdefault(stem, []).append(at)


@lru_cache(maxsize=TEXTS_KEPT)
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))
