"""What a described product is for, where no trouble is told: what it is to solve is read off that."""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.fields import CORE_PROBLEM

OPENING_WORDS_MIN = 5
_PURPOSE = re.compile(
    r"\b(?:that|which|to|and)\s+(?:help(?:s)?|allow(?:s)?|enable(?:s)?|let(?:s)?|aim(?:s)?|assist(?:s)?|empower(?:s)?)\b|\baims?\s+to\b|\bdesigned\s+to\b|\bhelps?\s+(?:users|people|\w+s)\b"
    r"|\b(?:a|some)\s+way\s+to\b|\b(?:want|need|wants|needs|would\s+like|looking)\b|\b(?:app|application|platform|tool|system|software|website|site|game|program|marketplace|portal)\b"
)


def purpose_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield what the thing is for, where no trouble is told: what it is to solve is read off that."""
    for start, end in reading.sentences:
        match = _PURPOSE.search(reading.shadow, start, end)
        if match and not any(start <= each.start < end for each in refused):
            quote = reading.text[start:end].strip()
            begin = reading.text.find(quote, start)
            yield Found(
                CORE_PROBLEM, quote, "inference", 0.5, quote, begin, begin + len(quote), "purpose"
            )
            return


def opening_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the first sentence that says anything, where no other says what the thing is for."""
    for start, end in reading.sentences:
        quote = reading.text[start:end].strip()
        if len(quote.split()) < OPENING_WORDS_MIN or any(start <= r.start < end for r in refused):
            continue
        begin = reading.text.find(quote, start)
        yield Found(
            CORE_PROBLEM, quote, "inference", 0.4, quote, begin, begin + len(quote), "opening"
        )
        return
