"""Which entries of the library a text speaks of, ranked, each with the words that said so.

Scores are in 0..1 and combine independent signs: one strong sign is likely, several weak ones add
up, and a phrase that many entries share says less of each. Phrases that the text rules out count
for nothing and are reported beside the others.

Source:
    the noisy-or of Pearl, Probabilistic Reasoning in Intelligent Systems, 1988; the weights are
    ours, set so that one strong word passes `LIKELY` and one weak word does not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from evigate.studio.library.industries import industries
from evigate.studio.library.models import Library
from evigate.studio.library.phrases import Hit, PhraseIndex

STRONG, WEAK, OWN_WORD, NAMED, CAPABLE = 0.62, 0.22, 0.12, 0.9, 0.3
SIGNAL = 0.6
INDUSTRY = 0.6
LIKELY = 0.5
INDEXES_KEPT = 8


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a text speaks of.

    `score` is in 0..1; `hits` are the words that count for it, `excluded` those by which the text
    rules it out, in the order of the text. An entry that is only ruled out has score 0.
    """

    key: str
    title: str
    score: float
    hits: tuple[Hit, ...]
    excluded: tuple[Hit, ...]

    @property
    def is_likely(self) -> bool:
        """Say whether the signs are enough to go on without asking."""
        return self.score >= LIKELY


@dataclass(frozen=True, slots=True)
class _Scored:
    """An index with what each phrase of each name weighs, and the titles of the names."""

    index: PhraseIndex
    weights: Mapping[tuple[str, str], float]
    titles: Mapping[str, str]


def match_domains(text: str, library: Library) -> list[Match]:
    """
    Return the domains that a text speaks of, most likely first; none is empty.

    The domain's own words count, its entities' a little, and the industry that the cross-walk reads
    out of the text counts as far as the domain is of it. Ties are in the order of keys.
    """
    found = {each.key: each for each in _matches(_domains(_Same(library)), text)}
    ranked = []
    trades = industries().match(text)
    for domain in library.domains:
        base = found.get(domain.key)
        score = base.score if base else 0.0
        hits = list(base.hits) if base else []
        for trade in trades[:3]:
            share = industries().relevance(trade.code, domain.naics)
            if share:
                score = 1 - (1 - score) * (1 - INDUSTRY * share * trade.score)
                hits += [hit for hit in trade.hits if hit not in hits]
        excluded = base.excluded if base else ()
        if hits or excluded:
            hits.sort(key=lambda hit: hit.start)
            ranked.append(Match(domain.key, domain.title, round(score, 3), tuple(hits), excluded))
    return _ranked(ranked)


def match_entities(text: str, domain: str, library: Library) -> list[Match]:
    """Return the entities of a domain that a text names, by title or synonym, surest first."""
    return _ranked(_matches(_entities(_Same(library), domain), text))


def match_features(
    text: str, library: Library, *, domains: Iterable[str] | None = None
) -> list[Match]:
    """
    Return the features that a text asks for, surest first; ties in the order of keys.

    Args:
        text: what a person said.
        domains: leave out features that are only of other domains; None leaves out nothing.
    """
    found = _matches(_features(_Same(library)), text)
    if domains is not None:
        wanted = set(domains)
        suits = {f.key for f in library.features if not f.domains or wanted & set(f.domains)}
        found = [each for each in found if each.key in suits]
    return _ranked(found)


def match_patterns(text: str, library: Library, *, features: Iterable[str] = ()) -> list[Match]:
    """Return the patterns that a text or the chosen features call for, surest first."""
    found = {each.key: each for each in _matches(_patterns(_Same(library)), text)}
    chosen = set(features)
    for pattern in library.patterns:
        share = max((r for key, r in pattern.features.items() if key in chosen), default=0.0)
        base = found.get(pattern.key) or Match(pattern.key, pattern.title, 0.0, (), ())
        if share and (base.hits or not base.excluded):
            score = round(1 - (1 - base.score) * (1 - share), 3)
            found[pattern.key] = Match(base.key, base.title, score, base.hits, base.excluded)
    return _ranked(found.values())


def match_integrations(text: str, library: Library) -> list[Match]:
    """Return the systems that a text names or whose work it describes; named ones come first."""
    return _ranked(_matches(_integrations(_Same(library)), text))


class _Same:
    """A library compared by identity, so that its indexes are built once."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def __hash__(self) -> int:
        return id(self.library)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.library is other.library


@lru_cache(maxsize=INDEXES_KEPT)
def _domains(same: _Same) -> _Scored:
    domains = same.library.domains
    rows: list[tuple[str, str, str, float]] = []
    for domain in domains:
        rows += [(domain.key, domain.title, phrase, STRONG) for phrase in domain.strong]
        rows += [(domain.key, domain.title, phrase, WEAK) for phrase in domain.weak]
        for entity in domain.entities:
            own = [entity.title.lower(), *entity.synonyms]
            rows += [(domain.key, domain.title, phrase, OWN_WORD) for phrase in own]
    return _scored(rows, same.library)


@lru_cache(maxsize=INDEXES_KEPT * 12)
def _entities(same: _Same, key: str) -> _Scored:
    domain = same.library.domain(key)
    entities = domain.entities if domain else []
    rows = [
        (entity.key, entity.title, phrase, NAMED)
        for entity in entities
        for phrase in (entity.title.lower(), *entity.synonyms)
    ]
    return _scored(rows, same.library)


@lru_cache(maxsize=INDEXES_KEPT)
def _features(same: _Same) -> _Scored:
    return _scored(
        [(f.key, f.title, signal, SIGNAL) for f in same.library.features for signal in f.signals],
        same.library,
    )


@lru_cache(maxsize=INDEXES_KEPT)
def _patterns(same: _Same) -> _Scored:
    return _scored(
        [(p.key, p.title, signal, SIGNAL) for p in same.library.patterns for signal in p.signals],
        same.library,
    )


@lru_cache(maxsize=INDEXES_KEPT)
def _integrations(same: _Same) -> _Scored:
    rows: list[tuple[str, str, str, float]] = []
    for each in same.library.integrations:
        rows += [(each.key, each.title, name, NAMED) for name in each.names]
        rows += [(each.key, each.title, signal, CAPABLE) for signal in each.signals]
    return _scored(rows, same.library)


def _scored(rows: list[tuple[str, str, str, float]], library: Library) -> _Scored:
    index = PhraseIndex(
        ((key, (phrase,)) for key, _, phrase, _ in rows), known_stems=library.known_stems
    )
    weights: dict[tuple[str, str], float] = {}
    for key, _, phrase, weight in rows:
        shared = weight / sqrt(index.names_of(phrase))
        weights[key, phrase] = max(shared, weights.get((key, phrase), 0.0))
    return _Scored(index, weights, {key: title for key, title, _, _ in rows})


def _matches(scored: _Scored, text: str) -> list[Match]:
    found = []
    for key, hits in scored.index.find(text).items():
        kept = tuple(hit for hit in hits if not hit.is_excluded)
        heaviest: dict[tuple[int, int], str] = {}
        for hit in kept:
            place = (hit.start, hit.end)
            known = heaviest.setdefault(place, hit.phrase)
            if scored.weights[key, hit.phrase] > scored.weights[key, known]:
                heaviest[place] = hit.phrase
        doubt = 1.0
        # A phrase said twice says it no more than once.
        for phrase in sorted(set(heaviest.values())):
            doubt *= 1 - scored.weights[key, phrase]
        excluded = tuple(hit for hit in hits if hit.is_excluded)
        found.append(Match(key, scored.titles[key], round(1 - doubt, 3), kept, excluded))
    return found


def _ranked(matches: Iterable[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: (-match.score, match.key))
