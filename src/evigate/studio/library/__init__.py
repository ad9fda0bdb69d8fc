"""The library: what consultants of ten trades know, as checked data.

What enters: YAML that people wrote, in the package or in a tenant's own copy. What leaves: domains
with their entities, questions, features, patterns, integrations and industries, and the answers to
which of them a text or a state of facts calls for. Always true: packaged content is read-only, an
entry that does not check is named and never used, the same text gives the same matches, and each
match says by which words, each question by which facts.
"""

from evigate.studio.library.activation import ActiveQuestion, Reason, active_questions, facts_of
from evigate.studio.library.industries import Industries, Industry, IndustryMatch, industries
from evigate.studio.library.loader import packaged_library, read_library
from evigate.studio.library.matching import (
    Match,
    match_domains,
    match_entities,
    match_features,
    match_integrations,
    match_patterns,
)
from evigate.studio.library.models import (
    Attribute,
    Domain,
    Entity,
    Feature,
    Integration,
    Library,
    Pattern,
    Question,
    Transition,
)
from evigate.studio.library.phrases import Hit

__all__ = [
    "ActiveQuestion",
    "Attribute",
    "Domain",
    "Entity",
    "Feature",
    "Hit",
    "Industries",
    "Industry",
    "IndustryMatch",
    "Integration",
    "Library",
    "Match",
    "Pattern",
    "Question",
    "Reason",
    "Transition",
    "active_questions",
    "facts_of",
    "industries",
    "match_domains",
    "match_entities",
    "match_features",
    "match_integrations",
    "match_patterns",
    "packaged_library",
    "read_library",
]
