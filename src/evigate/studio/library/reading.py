"""What the library makes of a text: all matches, and the questions that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evigate.studio.library.activation import ActiveQuestion, active_questions, facts_of
from evigate.studio.library.industries import IndustryMatch, industries
from evigate.studio.library.matching import (
    Match,
    match_domains,
    match_features,
    match_integrations,
    match_patterns,
)
from evigate.studio.library.models import Library


@dataclass(frozen=True, slots=True)
class Reading:
    """The matches of each kind, surest first, and the questions worth asking, heaviest first."""

    domains: list[Match]
    industries: list[IndustryMatch]
    features: list[Match]
    patterns: list[Match]
    integrations: list[Match]
    questions: list[ActiveQuestion]


def read_idea(text: str, library: Library, *, answers: Mapping[str, Any] | None = None) -> Reading:
    """Return what the library makes of a text, given answers by the keys of questions."""
    features = match_features(text, library)
    wanted = [each.key for each in features if each.hits]
    return Reading(
        domains=match_domains(text, library),
        industries=industries().match(text),
        features=features,
        patterns=match_patterns(text, library, features=wanted),
        integrations=match_integrations(text, library),
        questions=active_questions(facts_of(text, library, answers=answers), library),
    )


def domains_of(code: str, library: Library) -> dict[str, float]:
    """Return the domains that an industry is mapped to with their relevance, surest first."""
    found = {
        domain.key: round(share, 3)
        for domain in library.domains
        if (share := industries().relevance(code, domain.naics))
    }
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
