"""What it runs on and works with: machines, systems that stay, services, formats and libraries.

A known name is found by the lexicon; an unknown one by the words around it ("we run EasyVet today").
"""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.lexicon import INTEGRATIONS as INTEGRATION_WORDS
from evigate.studio.extraction.lexicon import NO_NAMES, SYSTEMS, TECHNICAL
from evigate.studio.extraction.mentions import mentioned
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.technology import (
    is_own_name,
    technology_claims,
    technology_places,
)
from evigate.studio.fields import EXISTING_SYSTEMS, INTEGRATIONS, TECHNICAL_CONSTRAINTS

_PROPER = r"[A-Z][a-z]+[A-Z]\w*|[A-Z]\w+"
_KEPT_IN_SYSTEMS = (
    r"everything|all\s+of\s+it|data|records?|lists?|catalogues?|catalogs?|billing|bookkeeping|accounting|bookings?"
    r"|orders?|invoices?|prices?|stock|contacts?|accounts?|seats|tickets|schedules?|files|documents|payroll"
)
_USED = re.compile(
    rf"""(?:\b[Ee]xisting(?:\s+\w+)?:
    |\b(?:(?:[Ww]e|[Tt]hey|[Ss]taff)\s+(?:already\s+|currently\s+|now\s+|still\s+)?
        (?:use|run|work\s+with|have|are\s+on|(?:must|have\s+to|want\s+to|need\s+to|should)\s+(?:stay\s+(?:on|with)|keep(?:\s+using)?))
    |[Uu]sing|[Rr]eplac(?:e|es|ing)|[Ii]ntegrat(?:e|es|ed|ion)\s+with|[Ss]ync(?:s|ed)?\s+with|[Ee]xports?\s+to|[Mm]igrate\s+from
    |[Ii]nterfaces?\s+(?:with|to)|[Cc]onnect(?:s|ed|ion)?\s+(?:with|to)|[Kk]eep(?=\s+[A-Z]\w+\s+(?:for|as)\b)|[Ll]og-?\s?in\s+(?:through|via|with)
    |(?:ERP|CRM|TMS|PMS|[Ss]ystem|[Ss]oftware|[Tt]ill|[Ss]hop)\s+(?:is|runs\s+on))
    |\b(?:{_KEPT_IN_SYSTEMS})\s+(?:is|are|stays?|remains?|(?:is|are)\s+(?:kept|held|managed))\s+(?:in|with))
    \s+(?:our\s+|the\s+)?(?:[A-Za-z]+\s+\()?(?P<name>[A-Z][a-z]+[A-Z]\w*|[A-Z]\w+(?:\s+[A-Z]\w+){{0,2}}(?=\s+(?:today|now|already|for|as|and|until|so)\b|[.,;:)]|$))""",
    re.VERBOSE,
)
# "Our hire program is Rentman", "the point-of-sale software (Amparex)", "its catalogue system Koha".
_CALLED = re.compile(
    r"\b(?!(?:[Tt]he|[Aa]n?|[Tt]his|[Nn]ew|[Nn]o|[Ee]very|[Aa]ny)\s)[A-Za-z][a-z-]+\s+(?:system|software|program(?:me)?|database|tool|register|archive)\s+(?:is\s+(?:called\s+)?|\(|runs\s+(?:in|on)\s+|by\s+)?"
    r"(?P<name>[A-Z][a-z]+[A-Z]\w*|[A-Z]{3,}\d?|[A-Z][a-z]{2,}\w*(?:\s\d{2,3})?)(?=[\s.,;:)]|$)"
)
# "Grades live in HISinOne", "a clerk retypes them into LabWare": no place is written so.
_LIVES = re.compile(
    r"\b(?:lives?|stays?|kept|keeps?|typed?s?|retypes?|retyped|enter(?:s|ed)?|cop(?:y|ies|ied)|book(?:s|ed)|taken|pull(?:s|ed)?|push(?:es|ed)?|sends?|sent|upload(?:s|ed)?|transfer(?:s|red)?|planned|managed|recorded|tracked|handled|stored)"
    r"\s+(?:\w+\s+){0,3}?(?:in|into|to|from|with|by|on)\s+(?P<name>(?!Ma?c[A-Z])[A-Z][A-Za-z]*[a-z][A-Z]\w*)(?!\w)"
)
# "… with Personio and Jira": the second of two names.
_USED_TOO = re.compile(
    rf"\)?\s*(?:,|,?\s+and|\s+or)\s+(?:with\s+|to\s+)?(?P<name>{_PROPER})(?=[\s.,;:)]|$)"
)


def system_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the technical conditions, then the systems, then the services that a text names."""
    yield from mentioned(reading, refused, TECHNICAL_CONSTRAINTS, {"": TECHNICAL}, 0.8)
    yield from mentioned(reading, refused, EXISTING_SYSTEMS, {"": SYSTEMS}, 0.8)
    yield from _named_systems(reading, refused)
    yield from technology_claims(reading, refused)
    yield from mentioned(reading, refused, INTEGRATIONS, INTEGRATION_WORDS, 0.75)


def _named_systems(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield programs that no list knows, by their name: "we run EasyVet today"."""
    technology = technology_places(reading)
    for start, end in _named_after(reading.text[: len(reading.shadow)]):
        name = reading.text[start:end]
        is_refused = any(each.start <= start < each.end for each in refused)
        if is_refused or not reading.is_read(start) or SYSTEMS.search(name):
            continue
        if name.casefold() in NO_NAMES or is_own_name(reading, name):
            continue
        if any(first <= start < last for first, last in technology):
            continue
        yield Found(EXISTING_SYSTEMS, name, "fact", 0.65, name, start, end, "named")


def _named_after(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a program is named that is worked with, and those listed beside it."""
    for pattern in (_USED, _CALLED, _LIVES):
        for first in pattern.finditer(text):
            match: re.Match[str] | None = first
            while match is not None:
                yield match.span("name")
                match = _USED_TOO.match(text, match.end("name"))
