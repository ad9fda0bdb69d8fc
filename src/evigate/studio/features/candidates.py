"""Which features of the library a discovery speaks for, how much, and why.

Pure: the same words, seeds and library give the same candidates. Signs combine as independent ones
(the noisy-or of `library.matching`): the words that were said, the seeds that call for the feature,
the patterns that use it and the trade it is of. What the words rule out is no candidate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from evigate.studio.features.models import Candidate, Importance, Seed, SeedType
from evigate.studio.library import (
    Feature,
    Library,
    match_domains,
    match_entities,
    match_features,
    match_patterns,
)

# By one seed of full confidence alone a feature is likelier than not; by its trade alone never.
SEED, HINT, PATTERN, TRADE, ENTITY = 0.6, 0.7, 0.25, 0.12, 0.15
SCORE_MIN = 0.3
PATTERN_MIN = 0.5
CANDIDATES_MAX = 60
SIGNALS_SHOWN = 4
SEED_CHARACTERS_SHOWN = 80
VERSION = "1"
CALLS: Mapping[SeedType, str] = {
    "jtbd_direct": "it helps to get done",
    "pain_solver": "it takes away",
    "dealbreaker": "it is needed for",
    "constraint_driven": "it follows from",
}


@dataclass
class _Signs:
    """What speaks for one feature so far."""

    doubt: float = 1.0
    signals: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    seeds: list[Seed] = field(default_factory=list)

    def add(self, weight: float, reason: str) -> None:
        self.doubt *= 1 - min(max(weight, 0.0), 0.99)
        if reason:
            self.reasons.append(reason)


def candidates_of(text: str, seeds: Sequence[Seed], library: Library) -> tuple[Candidate, ...]:
    """
    Return the features that the words and the seeds speak for, surest first.

    Args:
        text: all that was said of the project.
        seeds: what it calls for.
        library: what there is.

    Returns:
        At most `CANDIDATES_MAX`, each with score `SCORE_MIN` or more; ties by key; empty for words
        that speak of nothing the library has.
    """
    signs: dict[str, _Signs] = {}
    refused = _add_words(signs, text, library)
    _add_seeds(signs, seeds, library)
    _add_trade(signs, text, library)
    features = {each.key: each for each in library.features}
    found = [
        _candidate(features[key], each)
        for key, each in signs.items()
        if key in features and key not in refused and 1 - each.doubt >= SCORE_MIN
    ]
    return tuple(sorted(found, key=lambda each: (-each.score, each.key))[:CANDIDATES_MAX])


def _add_words(signs: dict[str, _Signs], text: str, library: Library) -> set[str]:
    refused = set()
    for match in match_features(text, library):
        if match.excluded and not match.hits:
            refused.add(match.key)
        if match.hits:
            at = signs.setdefault(match.key, _Signs())
            at.signals += [each.quote for each in match.hits]
            quotes = list(dict.fromkeys(each.quote for each in match.hits))[:SIGNALS_SHOWN]
            at.add(match.score, "you said " + ", ".join(f"“{each}”" for each in quotes))
    return refused


def _add_seeds(signs: dict[str, _Signs], seeds: Sequence[Seed], library: Library) -> None:
    known = {each.key for each in library.features}
    for seed in seeds:
        called = {key: HINT for key in seed.hints if key in known}
        for match in match_features(seed.feature_name, library):
            if match.hits:
                called[match.key] = max(called.get(match.key, 0.0), SEED * match.score)
        for key, weight in called.items():
            at = signs.setdefault(key, _Signs())
            at.seeds.append(seed)
            at.add(weight * seed.confidence, _called_for(seed))


def _called_for(seed: Seed) -> str:
    name = shorten(seed.feature_name, SEED_CHARACTERS_SHOWN, placeholder=" …")
    return f"{CALLS[seed.seed_type]} “{name}”"


def _add_trade(signs: dict[str, _Signs], text: str, library: Library) -> None:
    """Let the trade, its things and the patterns speak too, for what something else speaks for."""
    domains = [each.key for each in match_domains(text, library) if each.is_likely]
    entities = {e.key for d in domains for e in match_entities(text, d, library) if e.is_likely}
    chosen = sorted(signs)
    patterns = {
        each.key: each
        for each in match_patterns(text, library, features=chosen)
        if each.score >= PATTERN_MIN and each.hits
    }
    for feature in library.features:
        at = signs.get(feature.key)
        if at is None:
            continue
        if set(domains) & set(feature.domains):
            at.add(TRADE, f"usual in {', '.join(sorted(set(domains) & set(feature.domains)))}")
        if entities & set(feature.entities):
            at.add(ENTITY, f"it keeps {', '.join(sorted(entities & set(feature.entities)))}")
        for pattern in library.patterns:
            if pattern.key in patterns and feature.key in pattern.features:
                share = PATTERN * pattern.features[feature.key]
                at.add(share, f"part of {pattern.title.lower()}")


def _candidate(feature: Feature, signs: _Signs) -> Candidate:
    seeds = list({each.key: each for each in signs.seeds}.values())
    return Candidate(
        key=feature.key,
        title=feature.title,
        summary=feature.summary,
        category=feature.group,
        effort=feature.effort,
        score=round(1 - signs.doubt, 3),
        signals_matched=tuple(dict.fromkeys(signs.signals)),
        reason="; ".join(dict.fromkeys(signs.reasons)),
        seed_keys=tuple(each.key for each in seeds),
        importance=_importance(seeds),
        depends=tuple(feature.depends),
        excludes=tuple(feature.excludes),
        accept=tuple(feature.accept),
    )


def _importance(seeds: Sequence[Seed]) -> Importance:
    by_priority: Mapping[str, Importance] = {"critical": "must", "high": "should"}
    named = {by_priority.get(each.priority, "could") for each in seeds}
    order: tuple[Importance, ...] = ("must", "should", "could")
    return next((each for each in order if each in named), "could")
