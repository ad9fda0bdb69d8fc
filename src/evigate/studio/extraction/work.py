"""The work that people want to do.

Work is a verb with what it acts on: after "can", "to", "for -ing", at the head of an item of a
list, or joined to another by "and". What is refused is no work.
"""

import re
from collections.abc import Iterator, Sequence

from evigate.language.deadlines import deadlines
from evigate.language.money import amounts
from evigate.language.plurals import singular
from evigate.studio.extraction.abilities import abilities
from evigate.studio.extraction.agents import works
from evigate.studio.extraction.lexicon import (
    ACTING,
    ADVERBS,
    AUXILIARIES,
    CONJUNCTIONS,
    DETERMINERS,
    EMPTY_VERBS,
    FUNCTION,
    MODALS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.models import Found, Job
from evigate.studio.extraction.people import LETTERS, behind, does, inside, product_names
from evigate.studio.extraction.phrases import (
    begins_clause,
    noun_phrase,
    objects,
    phrase_end,
)
from evigate.studio.extraction.reading import Reading, Token
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.series import listed, rows, third_person_rows
from evigate.studio.extraction.words import is_base_verb, is_verb, may_be_person, person_of, verb_of
from evigate.studio.fields import JOBS

JOBS_MAX = 40
RESUME_WORDS = 8
# What people do, as against what they want to do: it may be the trouble and not the wish.
DOES = 0.74
_NEEDS = word_set(
    """
    need needs require requires want wants wish wishes needed
    """
)
_TO_AFTER = word_set(
    """
    able ability like want wants need needs wish possible way ways means chance opportunity
    easy easier app application tool system software platform website site solution program
    portal service product us me them people hope hoping looking trying aim aims designed used
    helps help learn plan ready option how want-to order you someone game place space
    """
)
_BUILD = word_set(
    """
    build create develop make design implement write code develops creating building
    developing
    """
)
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
# What a product has or shows is no work of anybody's.
_SHOWN_ONLY = word_set("have contain include offer provide use support connect collect give make")
# Verbs that say nothing without what they act on.
_NEVER_ALONE = word_set(
    """
    see fix view get show do take find set add give receive say begin
    """
)
# "We don't want guests to see …" is nothing that guests do.
_WISHING = word_set("like love prefer be have say call rather want need appreciate")
_WHERE = word_set("at in on from behind of")
_PRONOUN_OBJECTS = word_set("it them him her us me")
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
            job_at, confidence = _begins_job(tokens, at)
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


def _begins_job(tokens: Sequence[Token], at: int) -> tuple[int | None, float]:
    """Return where a verb of work stands that is announced here, and how sure that is."""
    low = tokens[at].low
    following = at + 1
    while following < len(tokens) and tokens[following].low in ADVERBS:
        if tokens[following].low in {"not", "never"}:
            return None, 0.0
        following += 1
    if following >= len(tokens):
        return (
            (at, 0.7) if at == 0 and is_base_verb(low) and low not in EMPTY_VERBS else (None, 0.0)
        )
    next_low = tokens[following].low
    if low in MODALS and low not in {"would", "might"} and _is_open_verb(next_low):
        if at > 0 and tokens[at - 1].low in {"nobody", "noone", "one"}:
            return None, 0.0
        is_human = at > 0 and (
            person_of(tokens[at - 1].low)
            or tokens[at - 1].low in {"they", "we", "i", "you", "who", "it"}
            or may_be_person(tokens[at - 1].low)
        )
        return following, 0.85 if is_human else 0.7
    if sure := _told_plainly(tokens, at, next_low):
        return following, sure
    if low == "to" and (_is_duty(tokens, at) or _is_next_of_list(tokens, at)):
        return following, 0.7
    if low == "to" and at > 0 and _is_open_verb(next_low):
        before = tokens[at - 1].low
        if (
            before in _TO_AFTER
            or person_of(before)
            or may_be_person(before)
            or before in {"easily"}
        ):
            return following, 0.8
        if any(
            token.low in LETTERS or token.low in _NEEDS or token.low in PRODUCTS
            for token in tokens[max(0, at - 6) : at]
        ):
            return following, 0.75
        return None, 0.0
    if low in LETTERS and next_low not in FUNCTION and is_base_verb(next_low):
        return following, 0.75
    if (
        low in LETTERS | {"me", "us", "them"}
        and is_base_verb(next_low)
        and at > 0
        and tokens[at - 1].low in LETTERS
    ):
        return following, 0.8
    if low in {"me", "us"} and is_base_verb(next_low):
        return following, 0.75
    if low == "for" and next_low.endswith("ing") and is_verb(next_low):
        return following, 0.75
    is_head = next_low in AUXILIARIES | {"of"}  # "Stock is counted", "Rent of rooms"
    if at == 0 and is_base_verb(low) and low not in EMPTY_VERBS | _NEEDS and not is_head:
        return (None, 0.0) if low in _BUILD and _names_product(tokens, at) else (at, 0.75)
    if low in {"which", "where"} and _acts_plainly(tokens, at + 1):
        return at + 2, 0.75
    if low in {"that", "which"} and _product_does(tokens, at):
        return following, 0.75
    if tokens[at].is_name and next_low.endswith("s") and _is_work(next_low):
        return following, DOES
    is_person = person_of(low) is not None or may_be_person(low) or singular(low) in ACTING
    if is_person and does(tokens, at, next_low):
        if verb_of(next_low) not in EMPTY_VERBS or _is_given(tokens, following):
            return following, DOES
    if (person_of(low) or may_be_person(low)) and (verb := _past_place(tokens, at)):
        return verb, DOES
    if (verb := works(tokens, at)) is not None:
        return verb, DOES
    verb = behind(tokens, at) if is_person else at + 1
    if at + 1 < verb < len(tokens) and is_base_verb(tokens[verb].low) and _is_work(tokens[verb].low):
        return verb, DOES
    if (
        low in _NEEDS
        and next_low != "to"
        and not (at + 1 < len(tokens) and tokens[at + 1].low in {"to", "it"})
    ):
        return at, 0.8
    return None, 0.0


def _told_plainly(tokens: Sequence[Token], at: int, verb: str) -> float:
    """Return how sure work is that a verb tells: "ought to report", "I'd enter", "setters: log"."""
    low = tokens[at].low
    before = tokens[at - 1].low if at else ""
    if low == "to" and before == "ought" and _is_open_verb(verb):
        return 0.85
    if not is_base_verb(verb) or verb in _WISHING:
        return 0.0
    if low in {"i'd", "we'd"} or (low in {"would", "both"} and before in {"i", "we", "would"}):
        return 0.8
    if low == ":" and before and _is_work(verb):
        return 0.8 if person_of(before) or may_be_person(before) else 0.0
    return DOES if low in {"i", "we"} and _is_wished_of(tokens, at) else 0.0


def _is_wished_of(tokens: Sequence[Token], at: int) -> bool:
    """Say whether the asker's own work is told in the present, with a thing: "I import the files"."""
    if at + 2 >= len(tokens) or not is_base_verb(tokens[at + 1].low):
        return False
    is_own = _is_work(tokens[at + 1].low) and verb_of(tokens[at + 1].low) not in _SHOWN_ONLY
    return is_own and tokens[at + 2].low in DETERMINERS


def _past_place(tokens: Sequence[Token], at: int) -> int | None:
    """Return where somebody's verb stands behind where they are: "the carer at the door ticks"."""
    if at + 3 >= len(tokens) or tokens[at + 1].low not in _WHERE:
        return None
    for place in range(at + 3, min(at + 6, len(tokens) - 1)):
        if tokens[place].low in FUNCTION or not tokens[place].is_word:
            return None
        is_plural = singular(tokens[at].low) != tokens[at].low
        verb, behind = tokens[place].low, tokens[place + 1].low
        agrees = is_base_verb(verb) if is_plural else verb.endswith("s")
        if agrees and _is_work(verb) and (behind in DETERMINERS or behind in _PRONOUN_OBJECTS):
            return place
    return None


def _product_does(tokens: Sequence[Token], at: int) -> bool:
    """Say whether what a product does stands here ("a tool that renames photos")."""
    verb = tokens[at + 1].low
    is_product = at > 0 and tokens[at - 1].low in PRODUCTS
    does_it = verb.endswith("s") and _is_work(verb) and verb not in LETTERS
    return is_product and does_it and verb_of(verb) not in _SHOWN_ONLY


def _is_duty(tokens: Sequence[Token], at: int) -> bool:
    """Say whether somebody's duty follows a "to" ("every carer has to renew first aid")."""
    if at < 2 or at + 1 >= len(tokens) or tokens[at - 1].low not in {"has", "have"}:
        return False
    verb = tokens[at + 1].low
    return person_of(tokens[at - 2].low) is not None and is_base_verb(verb) and _is_work(verb)


def _is_next_of_list(tokens: Sequence[Token], at: int) -> bool:
    """Say whether somebody else's work follows in a row: "enable drivers to …, and finance to …"."""
    if at < 3 or at + 1 >= len(tokens) or not is_base_verb(tokens[at + 1].low):
        return False
    is_joined = any(each.low in {",", "and"} for each in tokens[at - 3 : at - 1])
    is_let = any(each.low in LETTERS for each in tokens[:at])
    return is_joined and is_let and tokens[at - 1].is_word and tokens[at - 1].low not in FUNCTION


def _is_given(tokens: Sequence[Token], verb: int) -> bool:
    """Say whether somebody gets a thing ("the county gets a list each month")."""
    if verb + 2 >= len(tokens) or tokens[verb].low not in {"get", "gets"}:
        return False
    return tokens[verb + 1].low in {"a", "an", "the", "their", "his", "her"} | {"one", "only"}


def _is_work(low: str) -> bool:
    return is_verb(low) and verb_of(low) not in EMPTY_VERBS


def _acts_plainly(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a plural and its verb stand here ("carriers upload figures")."""
    if at + 2 >= len(tokens) or singular(tokens[at].low) == tokens[at].low:
        return False
    return is_base_verb(tokens[at + 1].low) and _is_work(tokens[at + 1].low)


def _is_open_verb(low: str) -> bool:
    """Say whether a word may be a verb where one is due, known or not."""
    return low[0].isalpha() and low not in FUNCTION


def _names_product(tokens: Sequence[Token], at: int) -> bool:
    window = [token.low for token in tokens[at + 1 : at + 9]]
    return any(word in PRODUCTS for word in window) or (len(window) > 1 and window[1] == ",")


def _chain(reading: Reading, tokens: Sequence[Token], at: int, confidence: float) -> Iterator[Job]:
    """Yield the work that begins at a verb, and what is joined to it by commas and "and"."""
    if tokens[at].low in _NEEDS:
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
        if is_base_verb(tokens[verb].low) and tokens[verb].low not in _NEEDS | {"be"}:
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
