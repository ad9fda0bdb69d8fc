"""What the built-in library says to a query: pure, no network, the same query gives the same.

Each kind of research has its own look: systems for integrations and competitors, patterns for
feasibility, industries for the market, entities and rules for the domain. What the library does not
hold (prices of competitors, sizes of markets) is not made up: nothing is found.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from evigate.studio.library import (
    Integration,
    Library,
    active_questions,
    industries,
    match_domains,
    match_features,
    match_integrations,
    match_patterns,
)
from evigate.studio.research.models import BUILT_IN, Findings, Kind, Point, Source

POINTS_MAX = 6
DECIDE_MAX = 6


def look_up(kind: Kind, query: str, library: Library) -> Findings:
    """Return what the library says to a query; nothing found has no points."""
    return _LOOKS[kind](query, library)


def capabilities_of(features: Iterable[str], library: Library) -> list[str]:
    """Return what systems of others can do for some features, in the order of the library."""
    wanted = set(features)
    return list(
        dict.fromkeys(each.capability for each in library.integrations if wanted & {*each.features})
    )


def _integrations(query: str, library: Library) -> Findings:
    systems = _systems(query, library)
    features = {key for each in systems for key in each.features}
    asked = [each.key for each in match_features(query, library) if each.hits]
    facts = {"feature": [key for key in asked if key in features] or sorted(features)}
    return Findings(
        title=f"{query[:1].upper()}{query[1:]}: what you must decide",
        points=tuple(_system_point(each) for each in systems[:POINTS_MAX]),
        decide=tuple(_decisions(facts, library)) if systems else (),
    )


def _competitors(query: str, library: Library) -> Findings:
    systems = _systems(query, library)
    return Findings(
        title=f"Systems that do a part of it: {query}",
        points=tuple(_system_point(each) for each in systems[:POINTS_MAX]),
    )


def _feasibility(query: str, library: Library) -> Findings:
    features = [each.key for each in match_features(query, library) if each.hits]
    wanted = {each.key for each in match_patterns(query, library, features=features) if each.score}
    points = [
        Point(
            each.title,
            f"{each.summary} {' '.join(each.considerations)} Effort {each.effort}.",
            Source(BUILT_IN, "patterns", each.key, each.title, each.source),
        )
        for each in library.patterns
        if each.key in wanted
    ]
    return Findings(title=f"Known ways to build: {query}", points=tuple(points[:POINTS_MAX]))


def _market(query: str, library: Library) -> Findings:
    found = industries().match(query) or industries().search(query, limit=POINTS_MAX)
    points = [
        Point(
            each.title,
            f"NAICS 2022 code {each.code}, part of {_parent(each.code)}.",
            Source(BUILT_IN, "industries", each.code, each.title),
        )
        for each in found[:POINTS_MAX]
    ]
    return Findings(title=f"Industries of: {query}", points=tuple(points))


def _domain(query: str, library: Library) -> Findings:
    titles = {each.title.casefold(): each.key for each in library.domains}
    key = titles.get(query.casefold())
    if key is None:
        found = [each.key for each in match_domains(query, library) if each.is_likely]
        key = found[0] if found else None
    domain = library.domain(key) if key else None
    if domain is None:
        return Findings(title=f"What is known of: {query}")
    source = Source(BUILT_IN, "domains", domain.key, domain.title)
    points = [
        Point(each.title, f"{each.summary} {each.rules[0].text}", source)
        for each in domain.entities[:POINTS_MAX]
    ]
    return Findings(title=f"What others in your trade had to think of: {domain.title}",
                    points=tuple(points))  # fmt: skip


_LOOKS: Mapping[Kind, Callable[[str, Library], Findings]] = {
    "competitive_analysis": _competitors,
    "tech_feasibility": _feasibility,
    "market_research": _market,
    "domain_research": _domain,
    "integration_research": _integrations,
}


def _systems(query: str, library: Library) -> list[Integration]:
    """Return the systems that a query names, describes, or that its features need."""
    features = {each.key for each in match_features(query, library) if each.hits}
    named = [each.key for each in match_integrations(query, library) if each.hits]
    words = query.casefold()
    like = [
        each.key
        for each in library.integrations
        if features & {*each.features} or each.capability.replace("-", " ") in words
    ]
    by_key = {each.key: each for each in library.integrations}
    return [by_key[key] for key in dict.fromkeys([*named, *like])]


def _system_point(each: Integration) -> Point:
    setup = " ".join(each.setup)
    text = f"{each.summary} Sign-in: {each.auth} To do: {setup} Limits: {each.limits}"
    source = Source(BUILT_IN, "integrations", each.key, each.title, each.source)
    return Point(each.title, text, source)


def _decisions(facts: Mapping[str, list[str]], library: Library) -> Iterator[str]:
    active = [
        each
        for each in active_questions(facts, library)
        if any(reason.path == "feature" for reason in each.reasons)
    ]
    for each in active[:DECIDE_MAX]:
        yield each.question.ask


def _parent(code: str) -> str:
    parents = industries().parents(code)
    return parents[0].title if parents else "no larger group"
