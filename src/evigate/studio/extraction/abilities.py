"""Work that is told from the side of what it is done to: "games can be saved", "undoing is possible".

Descriptions of products name half of what people do that way. What only some may do, and what may
not be done, is no work here.
"""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.lexicon import EMPTY_VERBS
from evigate.studio.extraction.models import Job
from evigate.studio.extraction.phrases import objects
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.words import verb_of

SURE = 0.66
WORDS_MAX = 18
# "Photos can be sorted by date": what, and the verb.
_CAN_BE = re.compile(r"\b(?:can|could|may)\s+(?:\w+ly\s+|also\s+|then\s+)?be\s+(?P<verb>[a-z-]+)")
# "Importing contacts from Excel is possible", "export to PDF is built in".
_POSSIBLE = re.compile(
    r"(?P<verb>[a-z]+ing|exports?|imports?|printing|search)\b(?P<rest>[^.;:]{3,90}?)\s+(?:is|are)\s+(?:also\s+|likewise\s+)?"
    r"(?:possible|supported|allowed|available|included|built[\s-]in|desirable|wanted|desired|welcome)\b"
)
_PARTICIPLES = {
    "set": "set", "put": "put", "cut": "cut", "sent": "send", "sold": "sell", "kept": "keep", "made": "make",
    "taken": "take", "given": "give", "chosen": "choose", "drawn": "draw", "written": "write", "read": "read",
    "built": "build", "held": "hold", "hidden": "hide", "undone": "undo", "bought": "buy", "lent": "lend",
    "paid": "pay", "split": "split", "looked": "look",
}  # fmt: skip
# Who may do it is told with it, or that nobody may: "can only be seen by the owner".
_BARRED = re.compile(r"\b(?:only|not|never|no|nobody|none|neither|nor|cannot|hardly|alone)\b")
# Another sentence follows: "…, and a screen lists the games".
_NEXT = re.compile(r",\s+and\s")
_SEEN = frozenset(
    {
        "see",
        "show",
        "find",
        "reach",
        "read",
        "access",
        "view",
        "do",
        "say",
        "hear",
        "handle",
        "model",
        "accommodate",
    }
)


def abilities(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Job]:
    """Yield the work that clauses tell of things, in order of place."""
    for clause in reading.clauses:
        words = reading.shadow[clause.start : clause.end]
        if _BARRED.search(words) or any(
            each.start < clause.end and clause.start < each.end for each in refused
        ):
            continue
        match = _CAN_BE.search(words)
        if match and match.start() and (base := _base(match["verb"])):
            yield from _job(reading, clause.start, clause.end, base)
        elif (match := _POSSIBLE.match(words)) and (base := _base(match["verb"])):
            yield from _job(reading, clause.start, clause.start + match.end("rest"), base)


def _base(word: str) -> str:
    base = _PARTICIPLES.get(word) or verb_of(word) or ""
    is_idle = base in EMPTY_VERBS | _SEEN or (word == base and word not in _PARTICIPLES)
    return "" if is_idle and word not in {"export", "import", "search"} else base


def _job(reading: Reading, start: int, end: int, base: str) -> Iterator[Job]:
    cut = _NEXT.search(reading.shadow, start, end)
    last = cut.start() if cut else end
    quote = reading.text[start:last]
    if len(quote.split()) > WORDS_MAX:
        return
    tokens = reading.tokens(start, last)
    found = objects(tokens, 0, len(tokens))
    heads = tuple(each.head for each in found)
    yield Job(base, tuple(found), heads, " ".join(quote.split()), start, last, SURE)
