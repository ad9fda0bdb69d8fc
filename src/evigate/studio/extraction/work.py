"""The work that people want to do.

Work is a verb with what it acts on: after "can", "to", "for -ing", at the head of an item of a
list, or joined to another by "and". What is refused is no work.
"""

import re
from collections.abc import Iterator, Sequence

from evigate.language.deadlines import deadlines
from evigate.language.money import amounts
from evigate.studio.extraction.abilities import abilities
from evigate.studio.extraction.announced import NEEDS, begins_job
from evigate.studio.extraction.lexicon import (
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    EMPTY_VERBS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.models import Found, Job
from evigate.studio.extraction.naming import product_names
from evigate.studio.extraction.people import inside
from evigate.studio.extraction.phrases import (
    begins_clause,
    noun_phrase,
    objects,
    phrase_end,
)
from evigate.studio.extraction.reading import Reading, Token
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.series import listed, rows, third_person_rows
from evigate.studio.extraction.words import is_base_verb, person_of, verb_of
from evigate.studio.fields import JOBS

JOBS_MAX = 40
RESUME_WORDS = 8
# What only leads on to the next words is no part of the work before it.
_HANGING = CONJUNCTIONS | {",", "even", "also", "then", "just", "only"}
_EMPTY_WORK = word_set(
    """
    stop avoid prevent help allow let enable work run start go spend waste lose be stay cost invest afford
    """
)
_COUNTED = re.compile(
    r"\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|about|around|budget|up\s+to)\b"
)
# Verbs that say nothing without what they act on.
_NEVER_ALONE = word_set(
    """
    see fix view get show do take find set add give receive say begin
    """
)
_UNWANTED = re.compile(
    r"\b(?:do|does)(?:\s+not|n['’]t)\s+(?:really\s+)?want\s+(?:[\w'’-]+\s+){1,4}to\s+$"
)


def jobs(reading: Reading, refused: Sequence[Refusal]) -> list[Job]:
    """Return the work that the text asks for, in order of place, each once."""
    found: dict[str, Job] = {}
    names = product_names(reading)
    for start, end in reading.sentences:
        tokens = reading.tokens(start, end)
        done = 0
        for at in range(len(tokens)):
            if at < done:
                continue
            job_at, confidence = begins_job(tokens, at)
            if job_at is None:
                continue
            for job in _chain(reading, tokens, job_at, confidence):
                done = max(done, at + 1)
                is_name = any(first <= job.start < last for first, last in names)
                if is_name or _is_unwanted(reading, refused, job) or _refused_whole(refused, job):
                    continue
                found.setdefault(job.value.casefold(), job)
        for row in (*rows(tokens), *third_person_rows(tokens)):
            for job in _made(reading, tokens, [], row.verb, row.end, row.confidence):
                is_told = any(each.start <= job.start < each.end for each in found.values())
                if not is_told and not _is_unwanted(reading, refused, job):
                    found.setdefault(job.value.casefold(), job)
    for job in abilities(reading, refused):
        if not any(job.start <= each.start < job.end for each in found.values()):
            found.setdefault(job.value.casefold(), job)
    return _without_lists(sorted(found.values(), key=lambda job: (job.start, job.end)))[:JOBS_MAX]


def _is_unwanted(reading: Reading, refused: Sequence[Refusal], job: Job) -> bool:
    is_denied = _UNWANTED.search(reading.shadow, 0, job.start) is not None
    return is_denied or inside(refused, job.start)


def _without_lists(found: Sequence[Job]) -> list[Job]:
    """Leave out work that only lists other work: "enter readings, and print labels"."""
    return [
        each
        for each in found
        if not any(
            one.start == each.start and each.value[len(one.value) :].startswith(",")
            for one in found
        )
    ]


def job_claims(reading: Reading, found: Sequence[Job]) -> Iterator[Found]:
    """Yield each piece of work."""
    for job in found:
        quote = reading.text[job.start : job.end]
        yield Found(JOBS, job.value, "fact", job.confidence, quote, job.start, job.end, "work")


def _chain(reading: Reading, tokens: Sequence[Token], at: int, confidence: float) -> Iterator[Job]:
    """Yield the work that begins at a verb, and what is joined to it by commas and "and"."""
    if tokens[at].low in NEEDS:
        yield from _needed(reading, tokens, at, confidence)
        return
    waiting: list[int] = []
    has_object = False
    while at < len(tokens):
        end = phrase_end(tokens, at)
        is_bare = end == at + 1
        # In "create projects, comment and move tasks" only the verbs before the first object wait.
        if (
            is_bare
            and not has_object
            and verb_of(tokens[at].low)
            and _joins(tokens, end) is not None
        ):
            waiting.append(at)
        else:
            yield from _made(reading, tokens, waiting, at, end, confidence)
            waiting = []
            has_object = has_object or not is_bare
        following = _joins(tokens, end) or _resumes(tokens, end)
        if following is None:
            break
        at = following
    for lone in waiting:
        yield from _made(reading, tokens, [], lone, lone + 1, confidence)


def _joins(tokens: Sequence[Token], end: int) -> int | None:
    """Return where the next verb of a chain stands, or None where the chain is over."""
    at = end
    while (
        at < len(tokens)
        and tokens[at].low in {",", "and", "or", "then", "also", "to", "&", "/"} | ADVERBS
    ):
        at += 1
    if at == end or at >= len(tokens) or not is_base_verb(tokens[at].low):
        return None
    return at


def _resumes(tokens: Sequence[Token], end: int) -> int | None:
    """Return where a chain goes on after words that said when or why ("pause while away, and pay")."""
    for at in range(end, min(len(tokens) - 1, end + RESUME_WORDS)):
        if not tokens[at].is_word and tokens[at].low not in {",", "-"}:
            return None
        if tokens[at].low == ",":
            return _joins(tokens, at)
    return None


def _made(
    reading: Reading,
    tokens: Sequence[Token],
    waiting: list[int],
    at: int,
    end: int,
    confidence: float,
) -> Iterator[Job]:
    """Yield a verb's work; verbs before it that have no object share its own."""
    while end > at + 1 and tokens[end - 1].low in _HANGING:
        end -= 1
    rest = reading.text[tokens[at].end : tokens[end - 1].end] if end > at + 1 else ""
    shares = bool(rest) and bool(waiting)
    for verb in [*waiting, at]:
        base = verb_of(tokens[verb].low) or tokens[verb].low
        is_share = (
            reading.shadow[tokens[end - 1].end : tokens[end - 1].end + 2].strip().startswith("%")
        )
        is_begun = base == "start" and rest.split()[:1] and rest.split()[0].endswith("ing")
        if (
            is_share
            or (base in _EMPTY_WORK and not is_begun)
            or (not rest and base in EMPTY_VERBS | _NEVER_ALONE)
        ):
            continue
        last = tokens[end - 1].end if (shares or verb == at) else tokens[verb].end
        value = reading.text[tokens[verb].start : tokens[verb].end] + (
            rest if shares or verb == at else ""
        )
        found = objects(tokens, at + 1, end) if (shares or verb == at) else []
        sure = confidence if found or base not in EMPTY_VERBS else confidence - 0.2
        yield Job(
            base,
            tuple(found),
            tuple(each.head for each in found),
            " ".join(value.split()),
            tokens[verb].start,
            last,
            round(sure if verb_of(tokens[verb].low) else sure - 0.1, 2),
        )


def _needed(reading: Reading, tokens: Sequence[Token], at: int, confidence: float) -> Iterator[Job]:
    """Yield what is needed as a thing: "I need online booking with deposits"."""
    # "What we need: …", "what's needed is …".
    if at + 1 < len(tokens) and tokens[at + 1].low in {":", "is", "are"}:
        at += 1
    if len(pieces := listed(tokens, at + 1)) > 2:
        yield from _listed_needs(reading, tokens, pieces, confidence)
        return
    phrase = noun_phrase(tokens, at + 1)
    if phrase is not None and phrase.last + 1 < len(tokens) and tokens[phrase.last].low == "to":
        verb = phrase.last + 1
        if is_base_verb(tokens[verb].low) and tokens[verb].low not in NEEDS | {"be"}:
            yield from _chain(reading, tokens, verb, confidence)
            return
    if (
        phrase is None
        or phrase.head in PRODUCTS | {"way", "person", "something"}
        or tokens[phrase.first].low in {"thing", "place"}
        or person_of(phrase.head)
    ):
        return
    if any(token.low in PRODUCTS for token in tokens[phrase.first : phrase.last]):
        return
    end = max(phrase_end(tokens, at), phrase.last)
    if end - phrase.first > 14:
        end = phrase.last
    found = objects(tokens, phrase.first, end)
    start, last = tokens[phrase.first].start, tokens[end - 1].end
    value = " ".join(reading.text[start:last].split())
    yield Job(
        "need", tuple(found), tuple(each.head for each in found), value, start, last, confidence
    )


def _is_bound(words: str) -> bool:
    """Say whether a piece of a list tells a limit or a number and no need ("two salons now")."""
    return bool(
        _COUNTED.match(words) or deadlines(words) or amounts(words, is_asked="budget" in words)
    )


def _listed_needs(
    reading: Reading, tokens: Sequence[Token], pieces: Sequence[tuple[int, int]], confidence: float
) -> Iterator[Job]:
    """Yield each thing of a list of needs; one in which somebody acts is told by other rules."""
    for first, last in pieces:
        while first < last and tokens[first].low in DETERMINERS | {"and", "or"}:
            first += 1
        for at in range(first + 1, min(first + 4, last - 1)):
            # "dispatch to plan the tours": what is needed is what they do.
            if tokens[at].low == "to" and is_base_verb(tokens[at + 1].low):
                first = at + 1
                break
        if first >= last or begins_clause(tokens[:last], first) or tokens[first].low == "to":
            continue
        found = objects(tokens, first, last)
        start, end = tokens[first].start, tokens[last - 1].end
        if not found or _is_bound(reading.shadow[start:end]):
            continue
        value = " ".join(reading.text[start:end].split())
        heads = tuple(each.head for each in found)
        yield Job("need", tuple(found), heads, value, start, end, confidence)


def _refused_whole(refused: Sequence[Refusal], job: Job) -> bool:
    return any(job.start <= each.start and each.end <= job.end for each in refused)
