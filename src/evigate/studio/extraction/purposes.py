"""What a product is for, where no trouble is told: what it is to solve is read off that.

The words that say it are weighed: a purpose in so many words ("the aim is to …") before what it does
for people ("helps …", "spares …"), before what its first sentence says it is. Features say nothing of
that: "highlights missing values" is what it does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evigate.studio.extraction.described import is_described, is_game
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading, trimmed
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.wishing import orders
from evigate.studio.extraction.words import is_verb
from evigate.studio.fields import CORE_PROBLEM

OPENING_WORDS_MIN = 5
# The first sentence says what a thing is; the same words further down are more often a feature.
FIRST_BONUS = 0.6
SUBJECT_BONUS = 0.3
# How surely words say a purpose; no bonus lifts what it does over what it is for in so many words.
STATED, HELPS, SPARES = 5.0, 4.0, 3.6
FOR_DOING, MADE_FOR, LETS = 3.4, 3.2, 3.0
RELATIVE, FOR_WHOM, LETS_LATER = 2.6, 2.2, 2.0
_NOT = r"(?<!not\s)(?<!never\s)(?<!n't\s)(?<!no\s)"

# "The aim is to prevent empty shelves", "aims at fewer trips", "is meant for people who forget".
_STATED = re.compile(
    r"\b(?:(?:the|its|main|whole)\s+)*(?:purpose|aim|goal|idea|point|mission|intention|objective|intent|ambition)\s+(?:(?:of|behind)\s+(?:[\w'’-]+\s+){1,5}?)?(?:is|was)\s+(?:to|that)\b"
    r"|\b(?:aims?|seeks?|strives?|sets\s+out|serves|exists|promises)\s+(?:to|at)\b"
    r"|\b(?:is|are|was|were)\s+(?:(?:mainly|chiefly|primarily|especially|first\s+of\s+all)\s+)?(?:meant|intended|designed|built|made|conceived|created|written|aimed|geared)\s+(?:to|at|for\s+(?:all\s+)?(?:people|persons|those|anyone|everyone|anybody|everybody|\w+s\s+(?:who|with|without)))\b"
    r"|(?<=[a-z]\s)(?:meant|intended|designed|conceived|created)\s+to\b"
)
# "The program was conceived for beginners"; "made for tablets" says less.
_MADE_FOR = re.compile(
    r"\b(?:is|are|was|were)\s+(?:meant|intended|designed|built|made|conceived|created|written)\s+for\s+(?!(?:\w+\s+)?(?:tablets?|phones?|smartphones|desktops?|mobile|browsers?|screens?|windows|linux|mac\w*|ios|android|keyboards?|touch)\b)"
)
# "Helps agents remember", "makes it easier to", "brings neighbours together".
_HELPS = re.compile(
    _NOT
    + r"\b(?:helps|(?:to|can|will|which|that|and)\s+(?:help|assist)|assists|motivates|encourages|inspires|supports\s+(?:(?:the|a|an|all|those)\s+)?(?:[\w-]+\s+){1,8}?(?:in|with|of|who|when|during)"
    r"|makes?\s+(?:it\s+)?(?:[\w'’-]+\s+){0,6}?(?:easy|easier|simple|simpler|possible|effortless|tangible|aware|fun|visible|accessible|affordable|safe|safer|quick|quicker|faster|clear|clearer|enjoyable|bearable|fairer?|transparent|painless|comfortable|know|understandable)"
    r"|simplif(?:y|ies)|eases|streamlines|shortens|speeds\s+up|facilitates|brings\s+(?:[\w'’-]+\s+){1,7}?(?:together|closer|order|to\s+life)|turns\s+(?:[\w'’-]+\s+){1,7}?into|gives\s+(?:[\w'’-]+\s+){1,5}?(?:overview|control|quick|clear|certainty|confidence|voice|peace|chance|insight|picture)"
    r"|teaches|(?:trains|guides)\s+(?:the|you|people|users|beginners|\w+s)|introduces|familiari[sz]es|promotes|fosters|raises\s+awareness|takes\s+(?:the\s+)?[\w'’-]+\s+out\s+of|relieves|spares|rids|keeps\s+(?:[\w'’-]+\s+){1,6}?(?:from|simple|safe|tidy|in\s+order|organi[sz]ed|up\s+to\s+date|short|small|together|in\s+touch|informed|on\s+track|under\s+control)"
    r"|does\s+away\s+with|puts\s+an\s+end\s+to|gets?\s+rid\s+of|(?:solves|tackles|addresses|bridges)\s+(?:the|this|a)|overcomes|saves\s+(?:[\w'’-]+\s+){0,4}?(?:time|money|effort|work|trips|trouble|hours|paper|space|from|energy|searching|walking|typing)|frees)\b"
)
# "A game that helps children learn the times tables"; its own aims are its player's.
_TEACHES = re.compile(
    r"\b(?:helps?|teach(?:es)?|trains?|introduces?|encourages?|familiari[sz]es?|makes?\s+(?:learning|practi[sc]ing))\s+(?:[\w'’-]+\s+){1,6}?(?:to|learn\w*|practi[sc]\w+|recogni\w+|remember\w*|memori\w+|understand\w*|the|in|with|fun|about)\b"
)
# "The diary replaces the paper booklet", "prevents bookings twice over".
_SPARES = re.compile(
    _NOT
    + r"\b(?:replaces|ends\s+the|prevents|avoids|reduces|lowers|minimi[sz]es|eliminates|removes|improves|protects|preserves|reveals|connects(?!\s+to)|unites|matches\s+\w+\s+(?:with|to))\s+(?=\w)"
)
# "A utility for renaming many files at once".
_FOR_DOING = re.compile(r"\bfor\s+(?=(?:\w+ly\s+)?[a-z]{3,}ing\s)")
# "… that lets parents exchange what happened".
_LETS = re.compile(r"\b(?:lets?|allows?|enables?|empowers?)\s+(?=\w)")
_RELATIVE = re.compile(r"\b(?:in\s+which|with\s+which|on\s+which|where|whose|that|which)\s+(?=\w)")
_FOR_WHOM = re.compile(r"\bfor\s+(?=\w)")
_RANKED = (
    (_STATED, STATED),
    (_HELPS, HELPS),
    (_MADE_FOR, MADE_FOR),
)
_OPENINGS = (
    (_FOR_DOING, FOR_DOING),
    (_LETS, LETS),
    (_RELATIVE, RELATIVE),
    (_FOR_WHOM, FOR_WHOM),
)
_LATER = ((_LETS, LETS_LATER),)
# Behind these a sentence tells of the product itself, or goes on about it in a relative clause.
_SUBJECT = re.compile(
    r"(?:^|[,;:]\s|\b(?:and|that|which)\s)\s*(?:it|this|(?:the|this)\s+(?:[\w'’-]+\s+)?[\w'’-]+|[\w'’.-]+)?\s*(?:also\s+|can\s+|will\s+|thus\s+|thereby\s+)?$"
)
# Words that people, not products, are the subject of: "users can make it easier".
_PEOPLE_DO = re.compile(r"\b(?:can|may|might|could|should|must|they|who|users?|players?)\b[^,;:]*$")
_TAIL = re.compile(
    r",\s+(?:(?:and|while|with|using|which|where|including|such\s+as|without)\b)|\s+and\s+(?=(?:also\s+)?(?P<verb>[a-z]+s)\s)"
)
_PRODUCT = re.compile(
    r"\b(?:app|application|platform|tool|system|software|website|site|game|program(?:me)?|marketplace|portal|service|page|bot|cli|script|plug-?in|extension|dashboard|database)\b"
)
_PURPOSE = re.compile(
    r"\b(?:that|which|to|and)\s+(?:help(?:s)?|allow(?:s)?|enable(?:s)?|let(?:s)?|aim(?:s)?|assist(?:s)?|empower(?:s)?)\b|\baims?\s+to\b|\bdesigned\s+to\b|\bhelps?\s+(?:users|people|\w+s)\b"
    r"|\b(?:a|some)\s+way\s+to\b|\b(?:want|need|wants|needs|would\s+like|looking)\b|\b(?:app|application|platform|tool|system|software|website|site|game|program|marketplace|portal)\b"
)


@dataclass(frozen=True, slots=True)
class _Said:
    start: int
    end: int
    weight: float


def purpose_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield what the thing is for, in the words that say it best; none where none do."""
    said = list(_all_said(reading, refused))
    if said:
        best = max(said, key=lambda each: (each.weight, -each.start))
        yield _claim(reading, best.start, best.end, 0.6 if best.weight >= LETS else 0.5)
        return
    if is_described(reading):
        return
    for start, end in reading.sentences:
        is_free = not any(start <= each.start < end for each in refused)
        if is_free and _PURPOSE.search(reading.shadow, start, end):
            yield _claim(reading, *trimmed(reading.text, start, end), 0.5)
            return


def opening_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the first sentence that says anything, where no other says what the thing is for."""
    for start, end in reading.sentences:
        is_short = len(reading.text[start:end].split()) < OPENING_WORDS_MIN
        if is_short or any(start <= each.start < end for each in refused):
            continue
        yield _claim(reading, *trimmed(reading.text, start, end), 0.4, "opening")
        return


def _all_said(reading: Reading, refused: Sequence[Refusal]) -> Iterator[_Said]:
    """Yield what each sentence says of the purpose, at most once for each way of saying it."""
    for start, end in reading.sentences:
        is_first = start == reading.sentences[0][0] and _names_product(reading, start, end)
        for pattern, weight in _ways(reading, is_first=is_first):
            for match in pattern.finditer(reading.shadow, start, end):
                at = match.start()
                bonus = FIRST_BONUS if is_first else _subject_bonus(reading, start, at)
                is_refused = any(each.start <= at < each.end for each in refused)
                if bonus is None or is_refused or (weight == LETS_LATER and not bonus):
                    continue
                last = _end_of(reading, at, cuts=weight in {HELPS, SPARES})
                # "For recipes" alone says little: the sentence says what is for them.
                first = trimmed(reading.text, start, at)[0] if weight <= RELATIVE else at
                yield _Said(first, last, weight + bonus)
                break


def _ways(reading: Reading, *, is_first: bool) -> tuple[tuple[re.Pattern[str], float], ...]:
    """Return the ways to say a purpose that count in a sentence of such a text."""
    if is_game(reading):
        return ((_TEACHES, HELPS),)
    # "A script that removes duplicates" is told what to do.
    ranked = (*_RANKED, (_SPARES, SPARES)) if is_described(reading) else _RANKED
    return ranked + (_OPENINGS if is_first else _LATER)


def _names_product(reading: Reading, start: int, end: int) -> bool:
    """Say whether a sentence says what a product is, or orders one."""
    words = reading.shadow[start:end]
    return is_described(reading) or orders(words) or _PRODUCT.search(words) is not None


def _subject_bonus(reading: Reading, start: int, at: int) -> float | None:
    """Return what a sentence gains by speaking of the product; None where it speaks of people."""
    before = reading.shadow[start:at]
    if _PEOPLE_DO.search(before):
        return None
    return SUBJECT_BONUS if _SUBJECT.search(before) else 0.0


def _end_of(reading: Reading, start: int, *, cuts: bool) -> int:
    """Return where what is said there ends: its clause, less what a further verb or comma adds."""
    end = reading.clause_at(start).end
    for tail in _TAIL.finditer(reading.shadow, start, end) if cuts else ():
        if tail["verb"] is None or is_verb(tail["verb"]):
            end = tail.start()
            break
    return trimmed(reading.text, start, end)[1]


def _claim(
    reading: Reading, start: int, end: int, confidence: float, rule: str = "purpose"
) -> Found:
    quote = reading.text[start:end]
    return Found(CORE_PROBLEM, quote, "inference", confidence, quote, start, end, rule)
