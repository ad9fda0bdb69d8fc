"""What a person says is not wanted: kept apart from what is wanted.

"no login", "without payment", "not a marketplace", "we don't want a chat": what is named is out of
scope, and no other rule may read it as a requirement. "We have no overview" is a trouble and not a
refusal; so is "nobody answers".
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.studio.extraction.lexicon import (
    AUXILIARIES,
    DETERMINERS,
    FEATURES,
    INTEGRATIONS,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    word_set,
)
from evigate.studio.extraction.reading import Reading, trimmed
from evigate.studio.extraction.refusal_cues import (
    AFTER,
    AFTER_HINT,
    AROUND,
    ASKED,
    BRACKETED,
    CUE,
    DENIED,
    EXEMPT,
    HAVER,
    HEADING,
    ITEM_END,
    LATER,
    NEXT_NO,
    NO_ITEM,
    NOR,
    PARTS,
    PHASE,
    PRODUCT_HAVER,
    QUALIFIED,
    QUALITY,
    QUALITY_ALONE,
    THERE,
    WHICH_ONES,
)
from evigate.studio.extraction.sparing import is_spared
from evigate.studio.extraction.words import is_verb

_LINE = re.compile(r"[^\n]+")
# "No tracking of who is where": the item ends before what it is about.
_ABOUT = frozenset({"of", "about", "for", "with", "from"})
# "No sign up", "no check in": verbs that are things as well.
_NOUNS_TOO = frozenset({"sign", "log", "check"})
_PIECE = re.compile(r"\s*,\s*(?:(?P<join>or|nor|and)\s+)?")
_JOINED = re.compile(r"\s+(?P<join>or|nor|and)\s+")
_NO_ITEM = PRONOUNS | word_set(
    "just only but instead one two three four five six please so then thus whatever anything"
)
_DETERMINER = re.compile(r"(?:an?|any|the|another|some|our|their|more|too|very|yet\s+another)\s+")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused: the item, the whole phrase, and whether for a first phase alone."""

    item: str
    start: int
    end: int
    item_start: int
    item_end: int
    is_for_now: bool
    is_quality: bool


def refusals(reading: Reading) -> tuple[Refusal, ...]:
    """Return what the text refuses, in order; phrases do not overlap."""
    found = [
        *_listed(reading),
        *_before(reading),
        *_behind(reading),
        *_bracketed(reading),
        *_between(reading),
    ]
    kept: list[Refusal] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def _listed(reading: Reading) -> Iterator[Refusal]:
    """Yield the items under a heading such as "Out of scope:", each with its own words alone."""
    shadow = reading.shadow
    for match in HEADING.finditer(shadow):
        # Items that a comma sets apart stand on the heading's line, or one on each line below.
        parts = [m.span() for m in re.compile(r"[^,;\n]+").finditer(shadow, *match.span("items"))]
        parts += [m.span() for m in _LINE.finditer(shadow, *match.span("lines"))]
        for first, last in parts:
            start, end = trimmed(shadow, first, last)
            if start < end and len(shadow[start:end].split()) <= 8:
                item = reading.text[start:end]
                yield Refusal(item, start, end, start, end, is_for_now=True, is_quality=False)


def _bracketed(reading: Reading) -> Iterator[Refusal]:
    """Yield what brackets behind it put off: "SMS (later)", "payment (not in phase one)"."""
    for match in BRACKETED.finditer(reading.shadow):
        end = match.start()
        first = next((s for s, e in reading.sentences if s <= end < e), end)
        start = max(first, *(reading.shadow.rfind(mark, first, end) + 1 for mark in ",;:()"))
        start, end = trimmed(reading.shadow, start, end)
        if reading.is_read(start) and 0 < len(reading.shadow[start:end].split()) <= 8:
            item = reading.text[start:end]
            yield Refusal(item, start, match.end(), start, end, is_for_now=True, is_quality=False)


def _before(reading: Reading) -> Iterator[Refusal]:
    shadow = reading.shadow
    for match in CUE.finditer(shadow):
        if not reading.is_read(match.start()):
            continue
        before = shadow[max(0, match.start() - 60) : match.start()]
        is_had = match["no"] and HAVER.search(before) and not PRODUCT_HAVER.search(before)
        if is_had and not (THERE.search(before) and _names_part(shadow, match.end())):
            continue
        sentence_end = next(e for s, e in reading.sentences if s <= match.start() < e)
        items = list(_items(shadow, match.end(), sentence_end, not match["neither"]))
        if is_spared(reading, match, before):
            continue
        if len(items) == 1:
            items += _series(shadow, items[0][1], sentence_end, takes_and=not match["no"])
        for place, (item_start, item_end) in enumerate(items):
            refusal = _refusal(reading, match, item_start, item_end, is_first=not place)
            if refusal is not None:
                yield refusal
        last = items[-1][1]
        # "no delivery, nor online payment": the list goes on behind its comma.
        while nor := NOR.match(shadow, last, sentence_end):
            stop = ITEM_END.search(shadow, nor.end(), sentence_end)
            last = stop.start() if stop else sentence_end
            refusal = _refusal(reading, match, nor.end(), last, is_first=False)
            if refusal is not None:
                yield refusal


def _between(reading: Reading) -> Iterator[Refusal]:
    """Yield what a refusal stands around, or answers: `leave payments out`, `A shop? No.`"""
    shadow = reading.shadow
    for match in [*AROUND.finditer(shadow), *ASKED.finditer(shadow)]:
        start, end = trimmed(shadow, *match.span("item"))
        if article := _DETERMINER.match(shadow, start, end):
            start = article.end()
        if start < end and reading.is_read(start):
            item = reading.text[start:end]
            yield Refusal(item, start, match.end(), start, end, is_for_now=True, is_quality=False)


def _series(shadow: str, start: int, limit: int, *, takes_and: bool) -> list[tuple[int, int]]:
    """Return the further items of a list that commas part and "or" closes; none where none does.

    "No chat, payments or recordings" refuses three things. "And" closes such a list behind verbs
    alone ("we don't need chat, payments and recordings"): "no login, search and maps" may wish two.
    """
    closing = {"or", "nor", "and"} if takes_and else {"or", "nor"}
    found: list[tuple[int, int]] = []
    while piece := _PIECE.match(shadow, start, limit):
        stop = ITEM_END.search(shadow, piece.end(), limit)
        end = stop.start() if stop else limit
        joined = _JOINED.search(shadow, piece.end(), end)
        is_last = piece["join"] is not None or joined is not None
        join = piece["join"] or (joined["join"] if joined else None)
        cuts = (
            [(piece.end(), joined.start()), (joined.end(), end)] if joined else [(piece.end(), end)]
        )
        if (is_last and join not in closing) or not all(_is_item(shadow[a:b]) for a, b in cuts):
            return []
        found += cuts
        if is_last:
            return found
        start = end
    return []


def _is_item(words: str) -> bool:
    """Say whether words may be one thing of a list, with no subject and no verb of their own."""
    parts = words.split()
    if not 0 < len(parts) <= 4 or parts[0][0].isdigit():
        return False
    if parts[0] in _NO_ITEM or not set(parts).isdisjoint(MODALS | AUXILIARIES):
        return False
    return len(parts) == 1 or not (is_verb(parts[0]) and parts[1] in DETERMINERS)


def _names_part(shadow: str, start: int) -> bool:
    """Say whether a part of some software is named next ("there is no public registration")."""
    patterns = (*FEATURES.values(), *INTEGRATIONS.values(), PARTS)
    # "No timers, no lives, no ads": one part of the row speaks for the others.
    places = [start, *(each.end() for each in NEXT_NO.finditer(shadow, start, start + 80))]
    return any(
        (found := each.search(shadow, place, place + 40)) and found.start() <= place + 16
        for place in places
        for each in patterns
    )


def _items(shadow: str, start: int, limit: int, is_of_things: bool) -> Iterator[tuple[int, int]]:
    """Yield the stretches that a cue governs, joined by "or" or "and".

    A verb that agrees with a subject ends what is refused: "does not need the internet and stores
    all data" refuses one thing. After "neither" it is what is refused.
    """
    stop = ITEM_END.search(shadow, start, limit)
    end = stop.start() if stop else limit
    cut = start
    for match in re.finditer(r"\s+(?:or|nor|and)\s+|\s*/\s*", shadow[start:end]):
        first = shadow[start + match.end() : end].split(" ")[0]
        if is_of_things and is_verb(first) and first.endswith("s"):
            end = start + match.start()
            break
        yield cut, start + match.start()
        cut = start + match.end()
    yield cut, end


def _refusal(
    reading: Reading, match: re.Match[str], start: int, end: int, *, is_first: bool
) -> Refusal | None:
    shadow = reading.shadow
    if article := _DETERMINER.match(shadow, start, end):
        start = article.end()
    start, end = trimmed(shadow, start, end)
    words = shadow[start:end].split()
    limit = next((last for first, last in reading.sentences if first <= start < last), end)
    if match["no"] and words and (ones := WHICH_ONES.match(shadow, end, limit)):
        end = trimmed(shadow, start, ones.end())[1]
    if words and words[0] in PRONOUNS:
        return None
    if len(words) > 1 and words[-1] in _ABOUT:
        end = trimmed(shadow, start, shadow.rfind(words[-1], start, end))[1]
        words = words[:-1]
    if not words or len(words) > 8 or (match["without"] and words[0].endswith("ing")):
        return None
    before = shadow[_sentence_start(shadow, match.start()) : match.start()]
    if match["without"] and DENIED.search(before):
        return None
    is_done = is_verb(words[0]) and not words[0].endswith("ing") and words[0] not in _NOUNS_TOO
    if match["no"] and is_done and len(words) > 3:
        return None
    phase = PHASE.match(shadow, end)
    return Refusal(
        item=reading.text[start:end],
        start=match.start() if is_first else start,
        end=phase.end() if phase else end,
        item_start=start,
        item_end=end,
        is_for_now=phase is not None or match["later"] is not None,
        # "Without losing data" speaks of how well; "without storing data" of what is not done.
        is_quality=not match["handling"] and phase is None and _is_quality(words),
    )


def _is_quality(words: Sequence[str]) -> bool:
    """Say whether what is missing is a way of working ("errors", "a connection") and no thing."""
    if not QUALITY.isdisjoint(words):
        return True
    # "Signal on the boat", "help of the office": what a preposition adds tells where or whose.
    head = list(itertools.takewhile(lambda each: each not in PREPOSITIONS, words))
    known = QUALITY_ALONE | QUALIFIED
    return bool(head) and head[-1] in QUALITY_ALONE and all(each in known for each in head)


def _sentence_start(shadow: str, at: int) -> int:
    return max(shadow.rfind(mark, 0, at) for mark in ".!?;\n") + 1


def _behind(reading: Reading) -> Iterator[Refusal]:
    shadow = reading.shadow
    for clause in reading.clauses:
        if AFTER_HINT.search(shadow, clause.start, clause.end) is None:
            continue
        match = AFTER.search(shadow, clause.start, clause.end)
        if match is None:
            continue
        start, end = trimmed(shadow, match.start("item"), match.end("item"))
        # The item is the last stretch before the words that refuse it.
        comma = max(
            shadow.rfind(",", start, end),
            shadow.rfind(" but ", start, end) + 4 * (" but " in shadow[start:end]),
        )
        start, end = trimmed(shadow, comma + 1 if comma >= start else start, end)
        if article := _DETERMINER.match(shadow, start, end):
            start = article.end()
        if not 0 < len(shadow[start:end].split()) <= 5 or EXEMPT.match(shadow, start, end):
            continue
        if LATER.search(shadow, start, match.end()) or NO_ITEM.match(shadow, start, end):
            continue
        yield Refusal(
            reading.text[start:end],
            start,
            match.end(),
            start,
            end,
            is_for_now=True,
            is_quality=False,
        )
