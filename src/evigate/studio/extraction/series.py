"""Work that is told in a row: "lets pilots reserve a plane, log hours and squawk defects".

What stands in the same place of a row does the same job: where the first words are work, so are the
others, whether or not the words are known. A row begins where work is announced ("lets X", "they
should", "want to") or where people act; it ends with its sentence or where somebody else acts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.language.plurals import singular
from evigate.studio.extraction.agents import works
from evigate.studio.extraction.lexicon import (
    ACTING,
    ADVERBS,
    DETERMINERS,
    FUNCTION,
    MADE,
    MODALS,
    PRODUCTS,
    word_set,
)
from evigate.studio.extraction.phrases import phrase_end
from evigate.studio.extraction.reading import Token
from evigate.studio.extraction.words import is_base_verb, may_be_person, person_of, verb_of

ANNOUNCED, ACTED = 0.75, 0.65
PERSON_WORDS = 5
WISH_WORDS = 8
_LETS = word_set(
    """
    let lets letting help helps helping allow allows allowing enable enables enabling where
    """
)
_WISHES = word_set(
    """
    want wants wanted need needs needed like likes wish wishes way hope
    """
)
_SHOWING = word_set("have contain include offer provide use support need make be")
_ABLE = ("be", "able", "to")
_ONE = frozenset({"a", "an", "the", "each", "every", "our", "my", "her", "his"})
_ACTORS = frozenset({"they", "we", "i", "you"})
_ENDS = word_set(
    """
    because so which that when while if but since until unless although whereas who whose
    before after as than
    """
)
_LIST_ENDS = _ENDS - {"before", "after", "as", "than", "until", "since"}
_PARTICLES = frozenset({"in", "out", "off", "on", "up", "down", "over", "back"})
_JOINS = frozenset({"and", "or", "then", "&"})
_NO_VERB_ENDINGS = (
    "ed", "ing", "ly", "tion", "ness", "ment", "ity", "ous", "able", "ible", "ive", "ful", "ary",
    "ical", "less", "ern",
)  # fmt: skip
_NO_VERBS = word_set(
    """
    able also open paid past next last first new old good bad poor fair free full main own same
    short long high low big small early late daily weekly monthly online offline public private
    digital simple clear solo local single double extra real live shared sure ready busy common
    time date budget day week month year please
    """
)


@dataclass(frozen=True, slots=True)
class Row:
    """A piece of a row: its verb's index, the index past its last token, how sure it is."""

    verb: int
    end: int
    confidence: float


def rows(tokens: Sequence[Token]) -> Iterator[Row]:
    """Yield the work that a sentence tells in rows, in order; what stands alone is no row."""
    outer = _without_brackets(tokens)
    done = 0
    for at in range(len(outer)):
        begin, confidence = _begins(outer, at)
        if begin is None or begin < done:
            continue
        pieces = [each for each in _pieces(outer, begin) if outer[each[0]].low not in _WISHES]
        known = sum(is_base_verb(outer[first].low) for first, _ in pieces)
        is_row = (len(pieces) > 1 or _is_they(outer, begin)) and (known or confidence == ANNOUNCED)
        if not is_row and not (
            pieces and confidence == ANNOUNCED and _has_object(outer, *pieces[0])
        ):
            continue
        done = pieces[-1][1]
        index = {token.start: place for place, token in enumerate(tokens)}
        for first, last in pieces:
            end = min(last, phrase_end(outer, first))
            if end + 1 == last and outer[end].low in _PARTICLES:
                end = last
            yield Row(index[outer[first].start], index[outer[end - 1].start] + 1, confidence)


def _is_they(tokens: Sequence[Token], begin: int) -> bool:
    """Say whether one piece is enough, since "they" do it to something ("they enter energy bills")."""
    return begin == 1 and tokens[0].low == "they" and _has_object(tokens, begin, len(tokens))


def _begins(tokens: Sequence[Token], at: int) -> tuple[int | None, float]:
    """Return where a row may begin that is announced at a token, and how sure that is."""
    low = tokens[at].low
    if low in _LETS:
        after = _past_person(tokens, at + 1)
        return (after, ANNOUNCED) if after is not None else (None, 0.0)
    if low in MODALS and at and (_is_actor(tokens, at - 1)):
        after = at + 1
        if tuple(token.low for token in tokens[after : after + 3]) == _ABLE:
            after += 3
        return after, ANNOUNCED
    if low == "to" and any(
        t.low in _WISHES | {"able"} for t in tokens[max(0, at - WISH_WORDS) : at]
    ):
        return at + 1, ANNOUNCED
    if low == ":" and _is_told_next(tokens, at):
        return at + 1, ACTED
    is_first = at == 0 or tokens[at - 1].low in {",", ":", "and", "-", "–", "?", "(", "where"}
    if low in _ACTORS and is_first:
        return at + 1, ACTED
    if is_first and (after := _past_person(tokens, at)) is not None:
        return after, ACTED
    return None, 0.0


def _is_told_next(tokens: Sequence[Token], at: int) -> bool:
    """Say whether work follows a colon: "a mobile app for rangers: log trees, photograph damage"."""
    if at + 1 >= len(tokens) or not is_base_verb(tokens[at + 1].low):
        return False
    return any(each.low in PRODUCTS or _is_actor([each], 0) for each in tokens[:at])


def _past_person(tokens: Sequence[Token], at: int) -> int | None:
    """Return the index past people that stand at a token ("solo lawyers", "them"); None for none."""
    if at < len(tokens) and tokens[at].low in {"them", "us", "me", "you"}:
        return _past_to(tokens, at + 1)
    for place in range(at, min(len(tokens), at + PERSON_WORDS)):
        low = tokens[place].low
        if not tokens[place].is_word or low in MODALS:
            return None
        is_plural = singular(low) != low or low in {"staff", "people"}
        if is_plural and (person_of(low) or may_be_person(low) or works(tokens, place)):
            return _past_to(tokens, place + 1)
    return None


def _past_to(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].low == "to" else at


def _is_actor(tokens: Sequence[Token], at: int) -> bool:
    low = tokens[at].low
    return low in _ACTORS or bool(person_of(low)) or may_be_person(low)


def _pieces(tokens: Sequence[Token], begin: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces of a row that begin with what may be a verb, up to one that does not."""
    first = begin
    while first < len(tokens):
        end = first
        while end < len(tokens) and not _parts(tokens, end):
            end += 1
        if not _may_be_work(tokens, first, end):
            return
        yield first, end
        at = end
        while at < len(tokens) and tokens[at].low in _JOINS | {","}:
            at += 1
        if at == end:
            return
        first = at


def _parts(tokens: Sequence[Token], at: int) -> bool:
    low = tokens[at].low
    return (
        low in _JOINS or low in _ENDS or not (tokens[at].is_word or low[0].isdigit() or low == "/")
    )


def _may_be_work(tokens: Sequence[Token], first: int, end: int) -> bool:
    if first >= end or not tokens[first].is_word:
        return False
    low = tokens[first].low
    if is_base_verb(low):
        return True
    if low in FUNCTION | _NO_VERBS | PRODUCTS or low.endswith(_NO_VERB_ENDINGS) or person_of(low):
        return False
    if first + 1 < end and tokens[first + 1].low == "to":
        return False
    is_other_form = verb_of(low) is not None or singular(low) != low
    return not is_other_form and _has_object(tokens, first, end)


def _has_object(tokens: Sequence[Token], first: int, end: int) -> bool:
    return end - first > 1 and tokens[first + 1].low not in MODALS


def _without_brackets(tokens: Sequence[Token]) -> list[Token]:
    kept: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.low == "("
        if not depth:
            kept.append(token)
        depth = max(0, depth - (token.low == ")"))
    return kept


def third_person_rows(tokens: Sequence[Token]) -> Iterator[Row]:
    """Yield what one person does in a row: "an inspector picks a crane, takes photos and signs"."""
    done = 0
    for at in range(len(tokens)):
        verb = _past_one(tokens, at) or _past_which(tokens, at)
        if verb is None or verb < done:
            continue
        pieces = list(_third_pieces(tokens, verb))
        if len(pieces) < 2:
            continue
        done = pieces[-1][1]
        for first, last in pieces:
            yield Row(first, max(first + 1, min(last, phrase_end(tokens, first))), ACTED)


def _past_one(tokens: Sequence[Token], at: int) -> int | None:
    """Return the index of the verb of one person whose name begins here; None where none acts."""
    if tokens[at].low not in _ONE and not (at == 0 and tokens[at].is_word):
        return None
    for place in range(at, min(len(tokens) - 1, at + PERSON_WORDS)):
        low = tokens[place].low
        if not tokens[place].is_word or low in MODALS:
            return None
        verb = place + 1
        while verb < len(tokens) - 1 and tokens[verb].low in ADVERBS:
            verb += 1
        is_one = singular(low) == low and (
            person_of(low) or low in ACTING or works(tokens, place) is not None
        )
        if is_one and _is_third(tokens[verb].low):
            return verb
    return None


def _past_which(tokens: Sequence[Token], at: int) -> int | None:
    """Return the index of what a product does: "a tool which lists queries and suggests indexes"."""
    if tokens[at].low not in {"which", "that"} or at + 2 >= len(tokens):
        return None
    is_product = any(each.low in MADE for each in tokens[:at])
    verb = tokens[at + 1].low
    is_shown = verb_of(verb) in _SHOWING or verb in _LETS
    return at + 1 if is_product and _is_third(verb) and not is_shown else None


def _third_pieces(tokens: Sequence[Token], verb: int) -> Iterator[tuple[int, int]]:
    first = verb
    while first < len(tokens) and (
        _is_third(tokens[first].low) or (first > verb and _is_like(tokens, first))
    ):
        end = first
        while end < len(tokens) and not _parts(tokens, end):
            end += 1
        yield first, end
        while end < len(tokens) and tokens[end].low in _JOINS | ADVERBS | {","}:
            end += 1
        first = end


def _is_like(tokens: Sequence[Token], at: int) -> bool:
    """Say whether an unknown word stands in a row as its verbs do ("plugs holes", "pumps out water")."""
    low = tokens[at].low
    if not low.endswith("s") or low.endswith("ss") or low in FUNCTION or at + 1 >= len(tokens):
        return False
    behind = tokens[at + 1]
    is_thing = behind.is_word and behind.low not in FUNCTION | _ENDS | _JOINS
    return not person_of(low) and (is_thing or behind.low in DETERMINERS | _PARTICLES)


def _is_third(low: str) -> bool:
    return low.endswith("s") and verb_of(low) is not None


def listed(tokens: Sequence[Token], at: int) -> list[tuple[int, int]]:
    """Return the pieces between commas from a token to the end of its sentence, "and" as one."""
    pieces: list[tuple[int, int]] = []
    first = at
    for place in range(at, len(tokens) + 1):
        low = tokens[place].low if place < len(tokens) else "."
        if low in {",", ";"} or place == len(tokens) or low in {".", "!", "?", "(", ":"}:
            if place > first:
                pieces.append((first, place))
            first = place + 1
        if low in {".", "!", "?", "(", ":"} or low in _LIST_ENDS:
            break
    if pieces and (split := _last_and(tokens, *pieces[-1])) is not None and len(pieces) > 1:
        first, last = pieces.pop()
        pieces += [(first, split), (split + 1, last)]
    return [(a, b) for a, b in pieces if b > a]


def _last_and(tokens: Sequence[Token], first: int, last: int) -> int | None:
    """Return where "and" joins the last two things of a list; None where it begins the last."""
    return next((at for at in range(first + 1, last) if tokens[at].low == "and"), None)
