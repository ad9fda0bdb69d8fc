"""Formats, libraries, protocols and devices that a text names, known or by the shape of the name.

"Use SvelteKit and SQLite", "exported as DOCX", "an old Zebra handheld". They are conditions for what
is built, and what there is where a clause tells of today. A name that is a word too counts only
written large behind a word for use ("written in Go").
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from evigate.studio.extraction.lexicon import NO_NAMES, SYSTEMS, TECHNICAL
from evigate.studio.extraction.mentions import is_likened
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.today import is_current
from evigate.studio.fields import EXISTING_SYSTEMS, TECHNICAL_CONSTRAINTS

NAMES_MAX = 14


def _sections() -> dict[str, list[str]]:
    path = files("evigate.studio.extraction") / "data" / "technology.txt"
    sections: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            name = line[1:].partition(":")[0].strip()
            sections[name] = []
        else:
            sections[name] += [part.strip().replace(" ", r"\s+") for part in line.split(" | ")]
    return sections


_LISTED = _sections()
_KNOWN = re.compile(
    r"(?<![\w.-])(?:" + "|".join(_LISTED["formats"] + _LISTED["libraries"]) + r")(?![\w]|-\w)"
)
_DEVICES = re.compile(r"(?<![\w-])(?:" + "|".join(_LISTED["devices"]) + r")(?![\w-])")
_WORDS = "|".join(sorted(_LISTED["words"], key=len, reverse=True))
# "Written in Go", "Node and Express", "Elixir/Phoenix".
_WORDED = re.compile(
    rf"(?:\b(?:[Ii]n|[Ww]ith|[Uu]s(?:e|es|ing)|[Oo]n|[Vv]ia|[Ff]or|[Oo]r|[Ll]ike|[Rr]uns)\s+|(?:,|\band|\+|&|/|\()\s*)(?P<name>(?:{_WORDS})(?:\s\d+)?)(?=\s*(?:[.,;:)+/&]|$|\s(?:and|or|if|with|for|on|that|which|where|to|so|backend|server|script|app|called|bot|service|program|extension)\b))"
)
# Written so that no word is: "SwiftUI", "ezDxf", "chart.js"; "McDonald" is a family.
_ODD = r"(?!Mc[A-Z]|Mac[A-Z]|De[A-Z]|La[A-Z])[A-Z][a-z0-9]+[A-Z]\w*|[a-z]+[A-Z]\w+|[A-Z]?\w+\.(?:js|io|net|dev)"
_BEHIND = (
    r"(?:[Uu]s(?:e|es|ing)|[Bb]uilt\s+(?:with|on|in)|[Ww]ritten\s+in|[Bb]ased\s+on|[Vv]ia|[Oo]ver|[Tt]hrough|[Dd]eploy(?:ed)?\s+(?:on|to)|[Hh]ost(?:ed)?\s+on|[Ss]tored?\s+in|[Ss]aved?\s+to"
    r"|[Pp]owered\s+by|[Rr]uns?\s+on|[Ww]orks?\s+with|[Ww]ith|from|in|and|or|\+|[Ee]xport(?:s|ed)?\s+(?:to|as)|[Ii]mport(?:s|ed)?\s+from|[Cc]ompatible\s+with)"
)
_SHAPED = re.compile(rf"(?:(?<=\s)|(?<=^)){_BEHIND}\s+(?:the\s+|an?\s+)?(?P<name>{_ODD})(?!\w)")
# "A TRF file", "a GTFS feed", "exported as DXF".
_CAPITAL = re.compile(
    r"\b(?P<name>[A-Z]{3,6}\d?)\s+(?:files?|formats?|feeds?|exports?|ratings|protocol|interface)\b"
    r"|\b(?:[Ee]xport(?:s|ed)?|[Ii]mport(?:s|ed)?|[Oo]utput|[Ss]aved?|[Dd]ownload(?:s|ed)?|[Dd]eliver(?:s|ed)?)\s+(?:[a-z]+\s+){0,4}?(?:as|to|from|in)\s+(?:an?\s+)?(?P<format>[A-Z]{3,6}\d?)\b(?!\s+[a-z]+ing\b)"
)
_NO_FORMATS = frozenset(
    {"VAT", "EUR", "USD", "GBP", "CHF", "GDPR", "FAQ", "CEO", "CFO", "USA", "MVP", "NOT", "AND"}
)
# "… and Alembic", "+ Prisma": a name beside one that is known.
_BESIDE = re.compile(
    r"\s*(?:,|\+|/|&|\band\b|,\s*and\b)\s*(?P<name>[A-Z][A-Za-z0-9]+(?:\.[a-z]+)?)(?=\s*(?:[.,;)+&]|$))"
)


def technology_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield each format, library, protocol or device that a text names, once."""
    seen: set[str] = set()
    for start, end in technology_places(reading):
        is_refused = any(each.start <= start < each.end for each in refused)
        if is_refused or not reading.is_read(start) or is_likened(reading.shadow, start):
            continue
        name = " ".join(reading.text[start:end].split())
        if name.casefold() in seen or len(seen) >= NAMES_MAX:
            continue
        seen.add(name.casefold())
        is_there = is_current(reading, reading.clause_at(start))
        field_path = EXISTING_SYSTEMS if is_there else TECHNICAL_CONSTRAINTS
        quote = reading.text[start:end]
        yield Found(field_path, name, "fact", 0.75, quote, start, end, "technology")


@lru_cache(maxsize=8)
def technology_places(reading: Reading) -> tuple[tuple[int, int], ...]:
    """Return where technology is named and no other list of names knows it, in order."""
    text = reading.text[: len(reading.shadow)]
    known = [
        each.span() for pattern in (TECHNICAL, SYSTEMS) for each in pattern.finditer(reading.shadow)
    ]
    found = [match.span() for match in _KNOWN.finditer(reading.shadow)]
    found += [match.span() for match in _DEVICES.finditer(reading.shadow)]
    found += [match.span("name") for match in _WORDED.finditer(text)]
    found += [
        match.span("name")
        for match in _SHAPED.finditer(text)
        if not is_own_name(reading, match["name"])
    ]
    for match in _CAPITAL.finditer(text):
        name = "name" if match["name"] else "format"
        if match[name] not in _NO_FORMATS:
            found.append(match.span(name))
    found += list(_beside(text, found + known))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(found), key=lambda each: (each[0], -each[1])):
        if not any(start < last and first < end for first, last in known + kept[-1:]):
            kept.append((start, end))
    return tuple(kept)


def _beside(text: str, places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the names listed beside known ones ("PostgreSQL and Alembic")."""
    for start, end in places:
        # Languages are listed like libraries: "English, Slovene".
        if text[start:end].split()[0].casefold() in NO_NAMES or not text[start].isupper():
            continue
        match = _BESIDE.match(text, end)
        while match is not None:
            yield match.span("name")
            match = _BESIDE.match(text, match.end("name"))


def is_own_name(reading: Reading, name: str) -> bool:
    """Say whether a name is the product's own: it opens the text, or is what something is called."""
    shadow, low = reading.shadow, re.escape(name.lower())
    opens = re.match(rf"\s*(?:with|in|the\s+\w+\s+of)?\s*{low}(?!\w)", shadow)
    told = rf"(?<!\w){low}\s+(?:is|are|helps|lets|allows|offers|shows|will)\b|\b(?:called|named)\s+`?{low}"
    return bool(opens or re.search(told, shadow))
