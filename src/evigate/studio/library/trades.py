"""Which trade a text is of: what its words say to the library and what the extractor made of them.

The extractor knows kinds of software ("service-booking"), the library knows trades with a template
each; where both point the same way, each makes the other surer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evigate.studio.library.activation import COUNTS_FROM, DOMAINS_MAX, facts_of
from evigate.studio.library.industries import IndustryMatch, industries
from evigate.studio.library.matching import Match, match_domains
from evigate.studio.library.models import Library

SUPPORT = 0.4
# Below this share of the best trade's score, a second trade is not asked about.
NEARLY = 0.8
ALTERNATIVES_MAX = 5
# The extractor's kinds by the template that a trade of that kind has; the rest have none.
TEMPLATES: Mapping[str, str] = {
    "service-booking": "service-booking",
    "healthcare": "service-booking",
    "field-service": "service-booking",
    "e-commerce": "e-commerce",
    "marketplace": "marketplace",
    "education": "saas",
    "fitness-wellness": "saas",
    "project-management": "internal-tools",
    "inventory": "internal-tools",
    "human-resources": "internal-tools",
    "transport": "internal-tools",
    "real-estate": "internal-tools",
    "content-media": "website",
}


@dataclass(frozen=True, slots=True)
class LibraryReading:
    """What the library makes of one message.

    `domain` is the kind of software, `facts` what was found by kind and key, each with its title,
    score and words, `industries` the codes, surest first.
    """

    domain: str
    domain_score: float
    facts: Mapping[str, Mapping[str, Mapping[str, Any]]]
    industries: tuple[IndustryMatch, ...]


def read_for_library(
    text: str, library: Library, *, domain: str, confidence: float
) -> LibraryReading:
    """
    Return what the library makes of a text.

    Args:
        text: one message.
        library: the tenant's.
        domain: the extractor's kind, "general" for none.
        confidence: the extractor's, 0..1.
    """
    found = trades(text, library, domain=domain, confidence=confidence)
    facts = facts_of(text, library, domains=found)
    titles = _titles(library)
    scores = {each.key: each.score for each in found}
    told = {
        root: {
            key: {
                "title": titles.get((root, key), key),
                "quotes": quotes,
                **({"score": scores[key]} if root == "domain" else {}),
            }
            for key, quotes in facts["quote"][root].items()
        }
        for root in facts["quote"]
    }
    best = found[0] if found and found[0].is_likely else None
    template = _template(library, best.key) if best else ""
    agrees = bool(best) and template == TEMPLATES.get(domain)
    kind = template if domain == "general" and template != "general" else domain
    score = best.score if best and (agrees or kind != domain) else 0.0
    return LibraryReading(kind or domain, score, told, tuple(industries().match(text)))


def trades(text: str, library: Library, *, domain: str, confidence: float) -> list[Match]:
    """
    Return the trades of a text, surest first, two at most.

    A second one counts where it is likely and nearly as sure; where none is likely, the best one
    counts if there is any sign worth counting.
    """
    ranked = []
    for each in match_domains(text, library):
        if each.hits and TEMPLATES.get(domain, "") == _template(library, each.key):
            doubt = (1 - each.score) * (1 - SUPPORT * confidence)
            ranked.append(replace(each, score=round(1 - doubt, 3)))
        elif each.hits:
            ranked.append(each)
    ranked.sort(key=lambda each: (-each.score, each.key))
    likely = [each for each in ranked if each.is_likely and each.score >= NEARLY * ranked[0].score]
    return (likely or [each for each in ranked if each.score >= COUNTS_FROM][:1])[:DOMAINS_MAX]


def industry_json(found: Sequence[IndustryMatch], *, chosen: str | None = None) -> dict[str, Any]:
    """
    Return an industry with its alternatives: others that the words point to, then like ones.

    Args:
        found: what the words point to, surest first; may be empty where one is chosen.
        chosen: the code that a person chose.
    """
    known = industries()
    code = chosen or found[0].code
    quotes = [hit.quote for each in found if each.code == code for hit in each.hits]
    others = [each.code for each in found if each.code != code]
    title = known.get(code)
    words = " ".join([*quotes, title.title.split("(")[0] if title else ""])
    beside = [each.code for each in known.search(words, limit=40) if each.is_full]
    alternatives = [each for each in dict.fromkeys([*others, *beside]) if each != code]
    return {
        "code": code,
        "title": title.title if title else code,
        "quotes": quotes,
        "is_chosen": chosen is not None,
        "alternatives": [
            {"code": each, "title": industry.title}
            for each in alternatives[:ALTERNATIVES_MAX]
            if (industry := known.get(each)) is not None
        ],
    }


def domains_of_industry(code: str, library: Library) -> dict[str, dict[str, Any]]:
    """Return the trades of an industry that someone chose, as facts; none where none is near."""
    found = {}
    industry = industries().get(code)
    for domain in library.domains:
        share = industries().relevance(code, domain.naics)
        if share >= 0.5 and industry is not None:
            found[domain.key] = {
                "title": domain.title,
                "score": round(share, 3),
                "quotes": [industry.title],
            }
    return found


def _template(library: Library, key: str) -> str:
    domain = library.domain(key)
    return domain.template if domain else ""


def _titles(library: Library) -> dict[tuple[str, str], str]:
    return {
        **{("domain", each.key): each.title for each in library.domains},
        **{("entity", e.key): e.title for each in library.domains for e in each.entities},
        **{("feature", each.key): each.title for each in library.features},
        **{("pattern", each.key): each.title for each in library.patterns},
        **{("integration", each.key): each.title for each in library.integrations},
    }
