"""Which terms the text says are kinds of which: "X such as Y", "Y is a type of X", "X called Y".

Source:
    the patterns are Hearst's, COLING 1992.
"""

import re
from collections.abc import Iterator

from evigate.learning.generate.material import Material

_SUCH_AS = re.compile(r"^\s*,?\s*(?:such\s+as|including|especially)\s*$", re.IGNORECASE)
_IS_KIND = re.compile(
    r"^\s*(?:\([^()]*\)\s*)?(?:,|is|are)\s+(?:an?|one|the)?\s*(?:\w+\s+)?(?:types?|kinds?|forms?|"
    r"classe?s?|examples?)\s+of\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"^\s*,?\s*(?:called|termed|named|known\s+as)\s+(?:an?\s+|the\s+)?$", re.IGNORECASE
)


def kinds(material: Material) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield (narrower, broader) as the text states it between two neighbouring terms."""
    for fact in material.facts:
        for (one, _, end), (other, start, _) in zip(fact.terms, fact.terms[1:], strict=False):
            between = fact.sentence.text[end:start]
            if _SUCH_AS.match(between) or _CALLED.match(between):
                yield other.key, one.key
            elif _IS_KIND.match(between):
                yield one.key, other.key
