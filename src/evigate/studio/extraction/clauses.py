"""Claims that quote a whole clause, which is how troubles, aims and rights are told."""

from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Clause, Reading


def words_of(reading: Reading, clause: Clause) -> str:
    """Return a clause in lower case."""
    return reading.shadow[clause.start : clause.end]


def clause_claim(
    reading: Reading, clause: Clause, field_path: str, confidence: float, rule: str
) -> Found:
    """Return a claim that is a whole clause, its value on one line."""
    quote = reading.text[clause.start : clause.end]
    return Found(
        field_path,
        " ".join(quote.split()),
        "fact",
        confidence,
        quote,
        clause.start,
        clause.end,
        rule,
    )
