"""What must be or must never happen: the rules that break the deal.

"Staff may not see prices" is one; "customers cannot see which slot is free" tells a trouble.
"""

import re
from collections.abc import Iterator

from evigate.language.deadlines import deadlines
from evigate.language.money import amounts
from evigate.studio.extraction.clauses import words_of
from evigate.studio.extraction.described import is_described
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.safeguards import is_safeguard
from evigate.studio.extraction.trouble_words import STATES_OF, TURNED
from evigate.studio.fields import DEALBREAKERS, OUT_OF_SCOPE

_RULE = re.compile(
    r"""\b(?:must|may|shall|should|are|is|can)(?:\s+(?:be\s+)?(?:only|never|not)|n't|nt)\b
    |\bmay\s+not\b|\b(?:is|are)\s+not\s+to\s+be\b|\bnothing\s+(?:[\w'-]+\s+){0,3}?(?:may|must|shall)\b|\b(?:nobody|no\s+one)\s+(?:but|except(?:\s+for)?|apart\s+from|other\s+than|besides)\b
    |^only\s+(?:[\w'-]+\s+){1,4}?(?:may|can|must|should|are\s+allowed)\b|\bmustn't\b|\bmust\b|\bnever\b|\bonly\s+if\b|\bunder\s+no\s+circumstances\b|\bno\s+one\s+(?:may|should|can)\b
    |\b(?:nobody|no\s+one)\s+(?:under|without|outside|below|other\s+than)\b|\bnobody\s+(?:may|should|can|must)\b|\b(?:is|are)\s+(?:strictly\s+)?(?:prohibited|forbidden|banned)\b|\bmandatory\b|\bnon-?negotiable\b|\bdeal-?\s?breakers?\b|\b(?:is|are)\s+not\s+(?:allowed|permitted|acceptable)\b
    |\b(?:do|does)(?:\s+not|n't)\s+(?:really\s+)?want\s+(?:[\w'’-]+\s+){1,4}to\s+(?:see|view|read|access|edit|change|delete|know)\b
    |\babsolutely\b|\b(?:has|both\s+have|all\s+have)\s+to\b|\bmustnt\b|\bmay\s+[^,;]{2,40}?\sonly\s*$|\bha(?:s|ve)\s+no\s+business\b|\b(?:shall|must)\s+require\b|\brequires\s+(?:a\s+second|two|the\s+consent|the\s+approval|approval|consent)\b|^(?:please\s+)?(?:don\'t|do\s+not|never)\s+(?:ever\s+)?(?:show|display|send|share|publish|use|let|change|overwrite|log|ask|require|force|delete|sell|mail|call|text|post|expose|reveal)\b|\bnever\s+auto\b|\bhave\s+to\s+be\b|\bno\s+way\s+(?:that|should)\b|\bessential\b|\bcompulsory\b|\bonly\s+their\s+own\b""",
    re.VERBOSE,
)
_TROUBLED = re.compile(
    r"\b(?:we|i|they|them|people|customers?|volunteers?|half\s+of\s+\w+|nobody|somebody|staff|he|she)\b[^.]{0,30}\b(?:never|have\s+to|has\s+to|must\s+(?:call|phone|drive|come|wait))\b"
    r"|\bnever\s+(?:knows?|quite|really|sure|arrives?|answers?|repl(?:y|ies)|turns?\s+up|comes?|on\s+time)\b|\b(?:nobody|no\s+one)\s+can\s+(?:say|tell|find|remember|explain|prove|reach|read|know|understand|keep|see)\b|\b(?:we|i)\s+must\s+(?!(?:not|never|be|have|only|keep|stay|know)\b)"
    r"|\bnot\s+allowed\s+to\s+do\s+that\b|\b(?:(?:is|are)\s+(?:not|only)|(?:isn|aren)'t)\b(?!\s+(?:to\s+be|allowed|permitted|visible|accessible|shown|available|acceptable|revealed|given|sent|released|stored|kept|opened|published|deleted|used|saved|shared|disclosed|displayed|unlocked|passed\s+on))|\bcan(?:'t|not)\b"
)
# "The public cannot vote" forbids; "customers cannot see which slot is free" tells a trouble.
_FORBIDS = re.compile(
    r"^(?!(?:\w+\s+)?(?:we|i|you|they|he|she|it|nobody|people|which|who|that|so|because)\b)(?:[\w'’-]+\s+){1,4}?can(?:\s*not|'t)\s+"
    r"(?:(?:edit|change|alter|delete|remove|modify|vote|approve|publish|register)\b(?!\s+(?:our|my|anything|online|themselves)\b)"
    r"|(?:see|view|read|access)\b(?!\s+(?:which|whether|what|when|where|who(?!\s+else)|if|how|why|our|my|it|them|anything|online)\b))"
    r"|\bbut\s+can(?:\s*not|'t)\s+(?:edit|change|alter|delete|remove|modify|vote|approve|publish|register)\b"
)
_DEMANDED = re.compile(
    r"\b(?:demands?|requires?|insists?|prescribes?|expects?)\b[^.]*\b(?:cannot|can't|can\s+not|must|never|only)\b"
)
# "Nobody can book more than a week ahead" sets a bound; nobody suffers from it.
_BOUNDED = re.compile(
    r"(?:nobody|no\s+one)\s+(?:can|may|should)\s+(?:[\w'’-]+\s+){1,4}(?:more|fewer|less|later|earlier|longer)\s+than\b"
    r"|(?:(?:it|this|that|everything|the\s+\w+)\s+)can(?:\s?not|['’]t)\s+(?:cost|exceed|go\s+(?:over|above)|take)\b"
)
_TODAY = re.compile(r"\b(?:today|currently|now|at\s+the\s+moment|right\s+now|still)\b")
# "A puzzle in which players must connect dots" tells how it goes.
_TOLD = re.compile(r"\b(?:in\s+which|where|wherein)\b.*\b(?:must|ha(?:s|ve)\s+to|can\s+only)\b")
# "The player must visit each square", "what the next carer must know", "two people who should not
# sit together": rules of play, and what is told of others.
_OF_PLAY = re.compile(
    r"\b(?:the\s+)?(?:players?|hero|knight|car|ship|buggy|character)\b[^,;]*\b(?:must|has\s+to|have\s+to|may\s+(?:only|not)|can\s+only|never)\b|\b(?:what|who|whom|which)\s+(?:[\w'-]+\s+){0,3}?(?:must|should\s+not|shouldn't|has\s+to)\b"
)
# "Right now it is sixty messages and nobody can count them".
_NOBODY_CAN = re.compile(r"\b(?:nobody|no\s+one)\s+can\b")
# "More than 100 MB", "at most every 30 minutes": no money and no date.
_MEASURED = re.compile(
    r"\d[\d.,]*\s*(?:fps|mb|gb|kb|tb|ms|px|%|min|mins|minutes|seconds?|hours?|items?|rows|users|people|files)\b|\bthan\s+(?:we|they|it|one|there)\b"
)
_LETS = re.compile(r"\b(?:must|has\s+to|have\s+to|should)\s+(?:let|allow|enable|help)\b")
_BOUND_BY = re.compile(
    r"\b(?:live|ready|running|done|finished|launch\w*|online|complete[d]?|deliver\w*|start\w*|open\w*"
    r"|in\s+place|released?|costs?|budget|spend|spent|stay\w*|cheaper|less\s+than|more\s+than|at\s+most)\b"
)


def refused_claims(reading: Reading, refused: tuple[Refusal, ...]) -> Iterator[Found]:
    """Yield what is out of scope and what would break the deal."""
    for each in refused:
        quote = reading.text[each.start : each.end]
        place = (quote, each.start, each.end)
        if not each.is_quality:
            yield Found(OUT_OF_SCOPE, each.item, "fact", 0.9, *place, "refusal")
        if not each.is_for_now:
            yield Found(DEALBREAKERS, quote, "fact", 0.7, *place, "refusal")
    for clause in reading.clauses:
        sure = _sureness(reading, clause)
        if not sure or any(_covers(each, clause) for each in refused):
            continue
        quote = reading.text[clause.start : clause.end]
        yield Found(
            DEALBREAKERS, quote, "fact", sure, quote, clause.start, clause.end, "breaking rule"
        )


def _sureness(reading: Reading, clause: Clause) -> float:
    """Return how sure it is that a clause breaks the deal where it does not hold; 0 where it says none."""
    words = words_of(reading, clause)
    is_rule = (
        _RULE.search(_lived_less(reading, clause))
        and not _TOLD.search(words)
        and not _OF_PLAY.search(words)
    )
    if forbids(words) or (is_rule and not _TROUBLED.search(words) and not is_limit(words)):
        return 0.85
    is_asked = is_described(reading) or not TURNED.search(words)
    if not is_asked or not is_safeguard(words):
        return 0.0
    return 0.0 if is_limit(words) or STATES_OF.search(words) else 0.7


def _lived_less(reading: Reading, clause: Clause) -> str:
    """Return a clause without the "nobody can" of a sentence that tells of today."""
    words = words_of(reading, clause)
    if TURNED.search(reading.shadow, clause.sentence_start, clause.end):
        return _NOBODY_CAN.sub("", words)
    return words


def is_limit(words: str) -> bool:
    """Say whether a rule only says by when, for how much, or what one is to be able to do.

    "It must be live by May" is the time it has, and "it must let staff book" is work to be done.
    """
    if _LETS.search(words):
        return True
    words = _MEASURED.sub("", words)
    if _BOUND_BY.search(words) is None:
        return False
    return bool(deadlines(words)) or bool(amounts(words, is_asked=True))


def forbids(words: str) -> bool:
    """Say whether a clause forbids something ("guests cannot delete", "demands that nobody can")."""
    if _DEMANDED.search(words) or _BOUNDED.match(words):
        return True
    return _FORBIDS.search(words) is not None and not _TODAY.search(words)


def _covers(refusal: Refusal, clause: Clause) -> bool:
    return refusal.start - 3 <= clause.start <= refusal.start and refusal.end >= clause.end - 2
