"""What a text tells before it wishes for anything: the order in which people explain what they need.

Who they are comes first, then what happens today, then what is wanted, then the limits. So the last
thing told before the first wish is most often what is wrong, even where no word for trouble falls
("by the time she reaches the last it's gone").
"""

import re
from collections.abc import Sequence

from evigate.studio.extraction.reading import Clause, Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.wishing import wishes

WORDS_MIN = 5
_PRODUCT_NOUNS = (
    r"app|tool|system|platform|website|portal|software|program|application|utility|game|editor|planner"
    r"|diary|journal|logbook|library|calendar|simulat(?:ion|or)|tracker|organi[sz]er|service|page|site"
    r"|script|bot|cli|generator|assistant|quiz|puzzle|player|timer|calculator|dashboard|backend"
)
# A description of a product wishes for it: "is a diary that", "it lets them".
_OFFERED = re.compile(
    rf"\b(?:(?:is|are)\s+an?\s+(?:[\w-]+\s+){{0,5}}(?:{_PRODUCT_NOUNS})"
    rf"|an?\s+(?:[\w-]+\s+){{0,4}}(?:{_PRODUCT_NOUNS})\s+(?:that|which|where|for|to|in|with|about)"
    r"|(?:it|they|app(?:lication)?|software|tool|system|program|game|platform)\s+(?:\w+ly\s+)?"
    r"(?:lets?|allows?|enables?|helps?|offers?|provides?|supports?))\b"
)
_IDENTITY = re.compile(
    r"(?:hello|hi|hey|dear|so|yeah|good\s+(?:morning|day))?[\s,!]*(?:\w+\s+)?(?:(?:we|i)(?:'re|'m|\s+(?:are|am|run|have|own|manage|operate|lead|coordinate|sell|make|build))\b|our\s+\w+\s+(?:is|has|runs)\b"
    r"|(?:the|a|an)\s+(?:[\w'-]+\s+){1,4}(?:has|is|are|have|stores|runs)\s+(?:[\w',]+\s+){0,3}\d)"
)


def first_wish(reading: Reading) -> int | None:
    """Return where the first sentence begins that wishes for something; None where none does."""
    for start, end in reading.sentences:
        if is_wish(reading, start, end):
            return start
    return None


def wish_start(reading: Reading) -> int | None:
    """Return where somebody first wishes; where nobody does, where a product is first described."""
    for start, end in reading.sentences:
        if wishes(reading.shadow[start:end]):
            return start
    return first_wish(reading)


def is_wish(reading: Reading, start: int, end: int) -> bool:
    """Say whether a stretch wishes for something."""
    words = reading.shadow[start:end]
    return wishes(words) or _OFFERED.search(words) is not None


def told_last(reading: Reading, refused: Sequence[Refusal]) -> Clause | None:
    """Return the last sentence that is told before the first wish; None where there is none.

    What only says who somebody is ("we are …", a line without a verb's clause) tells nothing.
    """
    wish = first_wish(reading)
    best = None
    for start, end in reading.sentences:
        if wish is None or start >= wish:
            break
        words = reading.shadow[start:end]
        first = start + len(words) - len(words.lstrip())
        last = start + len(words.rstrip(" .!?\n"))
        is_short = len(words.split()) < WORDS_MIN
        clauses = [each for each in reading.clauses if each.sentence_start == start]
        is_bare = len(clauses) < 2 and (not best and start == reading.sentences[0][0])
        is_refused = any(start <= each.start < end for each in refused)
        if not is_short and not is_refused and not _IDENTITY.match(words.strip()) and not is_bare:
            best = Clause(first, last, start, end)
    return best
