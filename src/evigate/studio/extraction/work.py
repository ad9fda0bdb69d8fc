"""Who does what: the people a text names, and the work they want to do.

A person is a known word, or an unknown one in a person's company ("borrowers can", "allows climbers
to"). Work is a verb with what it acts on: after "can", "to", "for -ing", at the head of an item of a
list, or joined to another by "and". What is refused is no work.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.language.plurals import singular
from evigate.studio.extraction.lexicon import (
    ACTING,
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    EMPTY_VERBS,
    FUNCTION,
    GENERIC,
    MODALS,
    PRODUCTS,
    WEAK_PERSONS,
    word_set,
)
from evigate.studio.extraction.models import Found, Kind
from evigate.studio.extraction.phrases import NounPhrase, noun_phrase, objects, phrase_end
from evigate.studio.extraction.reading import Reading, Token
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.series import rows
from evigate.studio.extraction.words import is_base_verb, is_verb, may_be_person, person_of, verb_of
from evigate.studio.fields import JOBS, PRIMARY_USER, SECONDARY_USERS

JOBS_MAX = 40
RESUME_WORDS = 8
# What people do, as against what they want to do: it may be the trouble and not the wish.
DOES = 0.74
SECONDARY_MAX = 12
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
_LETTERS = word_set(
    """
    allow allows allowing let lets letting help helps helping enable enables enabling empower
    empowers assist assists where in-which
    """
)
_BUILD = word_set(
    """
    build create develop make design implement write code develops creating building
    developing
    """
)
_PRODUCT_NAME = re.compile(
    r"\s*(?:the\s+|our\s+)?[\"“'*]*(?P<name>[\w'’&:-]+(?:\s+[\w'’&:-]+){0,5}?)[\"”'*]*\s+"
    r"(?:is|will\s+be)\s+(?:an?|the)\s+[^.]{0,90}?\b(?:" + "|".join(sorted(PRODUCTS)) + r")\b"
)
# "A recipe organizer that lets users save recipes" is no person, although organizers may be.
_PRODUCT_OPENING = re.compile(
    r"\s*an?\s+(?P<name>[\w'’-]+(?:\s+[\w'’-]+){0,4}?)\s+(?:(?:that|which)\s+(?:lets|allows|enables|helps|makes|gives"
    r"|collects|connects|tracks|shows|displays|provides|offers|manages)|(?:letting|allowing|enabling|helping|showing|displaying|offering|providing))\b"
)
_PERSON_MODIFIERS = re.compile(r"^[a-z]+(?:-[a-z]+)*$")
_MODIFYING = word_set(
    """
    product project system service program site support team second home store
    """
)
# What may stand before a person and belong to its name ("front desk staff", "team lead").
# What only leads on to the next words is no part of the work before it.
_HANGING = CONJUNCTIONS | {",", "even", "also", "then", "just", "only"}
_NO_MODIFIER = (
    FUNCTION
    | (GENERIC - _MODIFYING)
    | word_set(
        """
    one two three four five six seven eight nine ten twenty hundred dozens million thousand
    eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen thirty forty fifty
    sixty seventy eighty ninety
    happy registered logged allow allows let lets help helps enable enables as our potential
    fellow older elderly lonely real part-time full-time busy young old hello hi dear say says
    ask asks
    """
    )
)


_NOUNS_TOO = word_set(
    """
    design support market front field store shift test water order group
    """
)
_EMPTY_WORK = word_set(
    """
    help allow let enable work run start go spend waste lose be stay
    """
)
# Verbs that say nothing without what they act on.
_NEVER_ALONE = word_set(
    """
    see fix view get show do take find set add give receive say
    """
)


@dataclass(frozen=True, slots=True)
class Person:
    """A mention of someone; `acts` is how much what stands around says that it is who works."""

    name: str
    start: int
    end: int
    acts: float
    is_known: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: the verb's base form, its objects' heads, and its place."""

    verb: str
    objects: tuple[NounPhrase, ...]
    heads: tuple[str, ...]
    value: str
    start: int
    end: int
    confidence: float


def product_names(reading: Reading) -> list[tuple[int, int]]:
    """Return where the product's own name stands ("Recipe Organizer is a software …")."""
    found: list[tuple[int, int]] = []
    for start, end in reading.sentences:
        match = _PRODUCT_NAME.match(reading.shadow, start, end) or (
            _PRODUCT_OPENING.match(reading.shadow, start, end) if not start else None
        )
        if match:
            name = re.compile(rf"(?<!\w){re.escape(match['name'])}(?!\w)")
            found.extend(each.span() for each in name.finditer(reading.shadow))
    return found


def people(reading: Reading, refused: Sequence[Refusal]) -> list[Person]:
    """Return the mentions of people, in order; a product's own name is no person."""
    found: list[Person] = []
    names = product_names(reading)
    for start, end in reading.sentences:
        tokens = reading.tokens(start, end)
        for at, token in enumerate(tokens):
            if not token.is_word or _inside(refused, token.start):
                continue
            if any(first <= token.start < last for first, last in names):
                continue
            person = _person(tokens, at)
            if person is not None:
                found.append(person)
    return found


def persona_claims(
    reading: Reading, found: Sequence[Person], done: Sequence[Job] = ()
) -> Iterator[Found]:
    """Yield the primary user, who acts most, and the others; ties go to who comes first."""
    scores: dict[str, float] = defaultdict(float)
    first: dict[str, Person] = {}
    for person in found:
        scores[person.name] += person.acts + (0.2 if person.name in scores else 0.4)
        best = first.get(person.name)
        if best is None or person.acts > best.acts:
            first[person.name] = person
    for job in done:
        sentence = reading.clause_at(job.start).sentence_start
        actors = [each for each in found if sentence <= each.start < job.start]
        # What someone must not go beyond is a limit and no work of theirs.
        if actors and " only " not in f" {job.value} ":
            scores[actors[-1].name] += 0.5
    # A name that ends another's ("manager", "product manager") is the same person.
    for name in list(scores):
        for other in list(scores):
            if other != name and other.endswith(" " + name) and name in scores:
                scores[other] += scores.pop(name)
                break
    ranked = sorted(scores, key=lambda name: (-scores[name], first[name].start))
    known = [name for name in ranked if name not in WEAK_PERSONS or scores[name] >= 1.5]
    for position, name in enumerate(known[: SECONDARY_MAX + 1]):
        person = first[name]
        confidence = 0.85 if scores[name] >= 2 else 0.7 if scores[name] >= 1 else 0.6
        if not person.is_known:
            confidence -= 0.1
        quote = reading.text[person.start : person.end]
        path = SECONDARY_USERS if position else PRIMARY_USER
        kind: Kind = "fact" if scores[name] >= 1 else "inference"
        yield Found(
            path, name, kind, round(confidence, 2), quote, person.start, person.end, "person"
        )
    if not known:
        yield from _asker(reading)


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
                if is_name or _inside(refused, job.start) or _refused_whole(refused, job):
                    continue
                found.setdefault(job.value.casefold(), job)
        for row in rows(tokens):
            for job in _made(reading, tokens, [], row.verb, row.end, row.confidence):
                is_told = any(each.start <= job.start < each.end for each in found.values())
                if not is_told and not _inside(refused, job.start):
                    found.setdefault(job.value.casefold(), job)
    return sorted(found.values(), key=lambda job: job.start)[:JOBS_MAX]


def job_claims(reading: Reading, found: Sequence[Job]) -> Iterator[Found]:
    """Yield each piece of work."""
    for job in found:
        quote = reading.text[job.start : job.end]
        yield Found(JOBS, job.value, "fact", job.confidence, quote, job.start, job.end, "work")


def _person(tokens: Sequence[Token], at: int) -> Person | None:
    low = tokens[at].low.removesuffix("'s")
    name = person_of(low)
    is_known = name is not None
    acts = _acts(tokens, at)
    if name is None:
        base = singular(low)
        is_human = may_be_person(low) and base not in PRODUCTS | FUNCTION
        is_ours = base in ACTING and bool({"our", "we", "my"} & {each.low for each in tokens[:at]})
        if acts < 1 or is_ours or not (is_human or base in ACTING):
            return None
        name, is_known = base, base in ACTING
    following = tokens[at + 1].low if at + 1 < len(tokens) else ""
    if following == "-" or (_is_modifier_of_thing(tokens, at)):
        return None
    start = tokens[at].start
    before = at - 1
    modifiers: list[str] = []
    while before >= 0 and len(modifiers) < 2 and _is_modifier(tokens, before):
        modifiers.insert(0, tokens[before].low)
        start = tokens[before].start
        before -= 1
    return Person(" ".join([*modifiers, name]), start, tokens[at].end, acts, is_known)


def _is_modifier(tokens: Sequence[Token], at: int) -> bool:
    low = tokens[at].low
    if not _PERSON_MODIFIERS.match(low) or low in _NO_MODIFIER or low.endswith(("ly", "ing", "ed")):
        return False
    if (
        person_of(low)
        and singular(low) == low
        and low not in {"team", "office", "student", "customer"}
    ):
        return False
    if low in _MODIFYING:
        return True
    return low not in PRODUCTS and singular(low) == low and (not is_verb(low) or low in _NOUNS_TOO)


def _is_modifier_of_thing(tokens: Sequence[Token], at: int) -> bool:
    """Say whether a person's word only describes what follows ("user interface", "client list")."""
    if at + 1 >= len(tokens) or not tokens[at + 1].is_word:
        return False
    following = tokens[at + 1].low
    if tokens[at].low.endswith("'s"):
        return True
    if singular(tokens[at].low) != tokens[at].low or tokens[at].low == "staff":
        return False
    return not (
        following in FUNCTION
        or is_verb(following)
        or person_of(following)
        or following.endswith("ly")
    ) or following in {
        "experience",
        "interface",
        "account",
        "list",
        "record",
        "records",
        "portal",
        "file",
        "review",
        "reviews",
        "management",
    }


def _acts(tokens: Sequence[Token], at: int) -> float:
    """Return how much the words around a noun say that it is a person who works."""
    score = 0.0
    before = [token.low for token in tokens[max(0, at - 3) : at]]
    after = [token.low for token in tokens[at + 1 : at + 4]]
    if any(word in _LETTERS for word in before):
        score += 2.0
    if before and (
        before[-1] == "for"
        or before[-2:] in (["for", "the"], ["for", "our"], ["for", "a"], ["with", "our"])
    ):
        score += 1.0
    if before[-2:] in (["as", "a"], ["as", "an"]):
        score += 3.0
    if after:
        verb = after[1] if after[0] in ADVERBS and len(after) > 1 else after[0]
        if verb in {"must", "may"}:
            score += 1.0
        elif verb in MODALS or verb in {"want", "wants", "need", "needs"}:
            score += 2.0
        elif _does(tokens, at, verb):
            score += 1.2
        elif verb == "to" and {"want", "need", "like"} & set(before):
            score += 2.0
        elif after[:2] in (["are", "able"], ["would", "like"], ["have", "to"], ["get", "a"]):
            score += 1.5
    return score


def _does(tokens: Sequence[Token], at: int, verb: str) -> bool:
    """Say whether a verb agrees with the person before it: "owners list", "the trainer lists"."""
    low = tokens[at].low
    if singular(low) != low or low in {"staff", "people", "team"}:
        return is_base_verb(verb) or (low == "team" and verb.endswith("s") and is_verb(verb))
    leads = at == 0 or tokens[at - 1].low in DETERMINERS or not tokens[at - 1].is_word
    leads = leads or (at > 1 and tokens[at - 2].low in DETERMINERS)
    return leads and verb.endswith("s") and is_verb(verb)


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
            token.low in _LETTERS or token.low in _NEEDS or token.low in PRODUCTS
            for token in tokens[max(0, at - 6) : at]
        ):
            return following, 0.75
        return None, 0.0
    if low in _LETTERS and next_low not in FUNCTION and is_base_verb(next_low):
        return following, 0.75
    if (
        low in _LETTERS | {"me", "us", "them"}
        and is_base_verb(next_low)
        and at > 0
        and tokens[at - 1].low in _LETTERS
    ):
        return following, 0.8
    if low in {"me", "us"} and is_base_verb(next_low):
        return following, 0.75
    if low == "for" and next_low.endswith("ing") and is_verb(next_low):
        return following, 0.75
    if at == 0 and is_base_verb(low) and low not in EMPTY_VERBS and low not in _NEEDS:
        if low in _BUILD and _names_product(tokens, at):
            return None, 0.0
        return at, 0.75
    is_person = person_of(low) is not None or may_be_person(low) or singular(low) in ACTING
    if is_person and _does(tokens, at, next_low) and verb_of(next_low) not in EMPTY_VERBS:
        return following, DOES
    if (
        low in _NEEDS
        and next_low != "to"
        and not (at + 1 < len(tokens) and tokens[at + 1].low in {"to", "it"})
    ):
        return at, 0.8
    return None, 0.0


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
        if is_share or base in _EMPTY_WORK or (not rest and base in EMPTY_VERBS | _NEVER_ALONE):
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
    if at + 1 < len(tokens) and tokens[at + 1].low == ":":
        at += 1
    phrase = noun_phrase(tokens, at + 1)
    if (
        phrase is None
        or phrase.head in PRODUCTS | {"way", "person", "something"}
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


def _asker(reading: Reading) -> Iterator[Found]:
    """Yield the person who asks, where nobody else is named and the text speaks of itself."""
    for pattern, name, confidence in (
        (r"\b(?:me|my|i)\b", "the person asking", 0.5),
        (r"\b(?:we|us|our)\b", "the asking team", 0.45),
    ):
        for start, end in reading.sentences:
            match = re.search(pattern, reading.shadow[start:end])
            if match:
                begin, last = start + match.start(), start + match.end()
                quote = reading.text[begin:last]
                yield Found(
                    PRIMARY_USER, name, "inference", confidence, quote, begin, last, "asker"
                )
                return


def _inside(refused: Sequence[Refusal], place: int) -> bool:
    return any(each.start <= place < each.end for each in refused)


def _refused_whole(refused: Sequence[Refusal], job: Job) -> bool:
    return any(job.start <= each.start and each.end <= job.end for each in refused)
