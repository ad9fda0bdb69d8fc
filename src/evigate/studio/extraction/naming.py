"""What a product is called: a name that looks like a person or a thing and is neither."""

import re

from evigate.studio.extraction.lexicon import PRODUCTS
from evigate.studio.extraction.reading import Reading

_PRODUCT_NAME = re.compile(
    r"\s*(?:the\s+|our\s+)?[\"“'*]*(?P<name>[\w'’&:-]+(?:\s+[\w'’&:-]+){0,5}?)[\"”'*]*\s+"
    r"(?:is|will\s+be)\s+(?:an?|the)\s+[^.]{0,90}?\b(?:" + "|".join(sorted(PRODUCTS)) + r")\b"
)
# "A recipe organizer that lets users save recipes" is no person, although organizers may be.
_PRODUCT_OPENING = re.compile(
    r"\s*an?\s+(?P<name>[\w'’-]+(?:\s+[\w'’-]+){0,4}?)\s+(?:(?:that|which)\s+(?:lets|allows|enables|helps|makes|gives"
    r"|collects|connects|tracks|shows|displays|provides|offers|manages)|(?:letting|allowing|enabling|helping|showing|displaying|offering|providing))\b"
)
# "MoodBoard Maker lets designers …": written large and letting somebody do something.
_PRODUCT_LETS = re.compile(
    r"\s*(?P<name>[A-Z][\w&-]*(?:\s+[A-Z][\w&-]*){0,3})\s+(?:lets|allows|enables|helps|displays|shows|offers|provides)\b"
)


def product_names(reading: Reading) -> list[tuple[int, int]]:
    """Return where the product's own name stands ("Recipe Organizer is a software …")."""
    found: list[tuple[int, int]] = []
    for start, end in reading.sentences:
        match = _PRODUCT_NAME.match(reading.shadow, start, end) or (
            _PRODUCT_OPENING.match(reading.shadow, start, end) if not start else None
        )
        if not match and not start:
            match = _PRODUCT_LETS.match(reading.text, start, min(end, len(reading.shadow)))
        if match:
            name = re.compile(rf"(?<!\w){re.escape(match['name'].lower())}(?!\w)")
            found.extend(each.span() for each in name.finditer(reading.shadow))
    return found
