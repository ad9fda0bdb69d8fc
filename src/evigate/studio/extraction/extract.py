"""One text in, its claims out: the built-in extractor, put together from its rules.

No model and no network: the same text gives the same claims, byte for byte. Each claim's quote is
checked against the text here, once more, so that no rule can return words that nobody said.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from evigate.studio.extraction.access import access_claims
from evigate.studio.extraction.aims import aim_claims
from evigate.studio.extraction.announced import DOES
from evigate.studio.extraction.breaking import refused_claims
from evigate.studio.extraction.counting import counts
from evigate.studio.extraction.domains import GENERAL, DomainScore, domain_scores
from evigate.studio.extraction.duties import duty_claims
from evigate.studio.extraction.headcount import counts_apart
from evigate.studio.extraction.lexicon import SYSTEMS
from evigate.studio.extraction.limits import limit_claims
from evigate.studio.extraction.listing import enumeration_claims
from evigate.studio.extraction.models import Extraction, Found, Job
from evigate.studio.extraction.naming import product_names
from evigate.studio.extraction.people import people
from evigate.studio.extraction.personas import persona_claims
from evigate.studio.extraction.problem import problem_claims
from evigate.studio.extraction.rates import rate_claims
from evigate.studio.extraction.reading import Reading, read
from evigate.studio.extraction.refusals import Refusal, refusals
from evigate.studio.extraction.scale import count_claims
from evigate.studio.extraction.second_reader import second_claims
from evigate.studio.extraction.telling import first_wish
from evigate.studio.extraction.things import entity_claims, feature_claims, rule_claims
from evigate.studio.extraction.today import current_claims, is_current
from evigate.studio.extraction.troubles import is_trouble, is_turned, trouble_claims
from evigate.studio.extraction.work import job_claims, jobs
from evigate.studio.fields import DOMAIN_TYPE

# What the asker does today, said before any wish: "we grow flowers and sell to florists".
_OWN = re.compile(r"\b(?:i|we)\b")


def extract(text: str) -> Extraction:
    """
    Return what a text says of a project, each claim with the words that say it.

    Args:
        text: a paragraph, a mail, a list; any language is taken, English is understood. Characters
            past `reading.CHARACTERS_READ` are not read.

    Returns:
        Claims in order of place, ties by field; none for a blank text, whose domain is "general".
        A value that a field has twice is kept once, the surer one first.
    """
    reading = read(text)
    refused = refusals(reading)
    scores = domain_scores(reading, refused)
    found = [
        *_of_domain(reading, scores[:1]),
        *_of_purpose(reading, refused),
        *_of_work(reading, refused),
        *refused_claims(reading, refused),
        *limit_claims(reading, refused),
        *rate_claims(reading),
        *enumeration_claims(reading, refused),
        *rule_claims(reading, refused),
        *feature_claims(reading, refused),
    ]
    best = scores[0] if scores else None
    found += second_claims(reading, refused, found)
    claims = _distinct(found, text)
    return Extraction(best.domain if best else GENERAL, best.confidence if best else 0.0, claims)


def _of_domain(reading: Reading, scores: Sequence[DomainScore]) -> Iterator[Found]:
    for each in scores:
        place = (reading.text[each.start : each.end], each.start, each.end)
        yield Found(DOMAIN_TYPE, each.domain, "inference", each.confidence, *place, "domain")


def _of_purpose(reading: Reading, refused: tuple[Refusal, ...]) -> Iterator[Found]:
    """Yield what is wrong, how it is done today, and what success is."""
    yield from problem_claims(reading, refused)
    yield from trouble_claims(reading)
    yield from current_claims(reading, refused)
    yield from aim_claims(reading)


def _of_work(reading: Reading, refused: tuple[Refusal, ...]) -> Iterator[Found]:
    """Yield who does what with how many of which things, and who may."""
    found_people = people(reading, refused)
    wish = first_wish(reading)
    found_jobs = [job for job in jobs(reading, refused) if not _is_told(reading, job, wish)]
    counted = counts(reading)
    counted = [*counted, *counts_apart(reading, counted)]
    names = [*product_names(reading), *(each.span() for each in SYSTEMS.finditer(reading.shadow))]
    access = list(access_claims(reading, refused))
    yield from persona_claims(reading, found_people, found_jobs)
    yield from job_claims(reading, found_jobs)
    yield from count_claims(reading, counted)
    yield from entity_claims(reading, found_jobs, counted, found_people, refused, names)
    yield from access
    yield from duty_claims(reading, found_people, found_jobs, access)


def is_literal(found: Found, text: str) -> bool:
    """Say whether a claim's quote stands in the text where it says; an empty one never does."""
    return bool(found.quote.strip()) and text[found.start : found.end] == found.quote


def _is_told(reading: Reading, job: Job, wish: int | None) -> bool:
    """Say whether work is only told of as what goes on today, and not wished for."""
    if job.confidence > DOES:
        return False
    clause = reading.clause_at(job.start)
    if wish is not None and clause.sentence_start >= wish and not is_turned(reading, clause):
        # Behind the first wish people tell what is to be; "today …" goes back.
        return clause.sentence_start == wish and is_current(reading, clause)
    is_before = wish is not None and clause.sentence_start < wish
    if is_before and _OWN.search(reading.shadow, clause.start, job.start):
        return True
    if is_current(reading, clause) or is_trouble(reading, clause):
        return True
    beside = [
        each
        for each in reading.clauses
        if each.sentence_start == clause.sentence_start and each != clause
    ]
    return any(is_trouble(reading, each) for each in beside)


def _distinct(found: Iterable[Found], text: str) -> tuple[Found, ...]:
    best: dict[tuple[str, str], Found] = {}
    for each in found:
        if not is_literal(each, text):
            continue
        key = (each.field_path, repr(each.value).casefold())
        known = best.get(key)
        if known is None or each.confidence > known.confidence:
            best[key] = each
    return tuple(sorted(best.values(), key=_order))


def _order(found: Found) -> tuple[int, str, int, str]:
    return found.start, found.field_path, found.end, repr(found.value)


def by_field(claims: Sequence[Found]) -> dict[str, list[Found]]:
    """Return the claims of each field, surest first."""
    grouped: dict[str, list[Found]] = {}
    for each in sorted(claims, key=lambda one: -one.confidence):
        grouped.setdefault(each.field_path, []).append(each)
    return grouped
