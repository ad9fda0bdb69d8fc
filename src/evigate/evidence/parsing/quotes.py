"""Is this quote printed on this page, and where? The check behind every cited claim.

White space never counts, because a line end in a PDF is an accident of typesetting; everything
else must agree letter for letter.
"""

import bisect
from collections.abc import Iterable
from itertools import accumulate

from evigate.evidence.parsing.models import Box, Page


def _squeezed(text: str) -> str:
    return "".join(text.split())


def quote_is_on_page(page: Page, quote: str) -> bool:
    """Say whether the page's text holds `quote`, white space aside; an empty quote is nowhere."""
    wanted = _squeezed(quote)
    return bool(wanted) and wanted in _squeezed(page.text)


def find_quote(page: Page, quote: str) -> Box | None:
    """Return the box around the words of the first place where `quote` is printed, or None.

    A quote that begins or ends inside a word gets that whole word's box.
    """
    wanted = _squeezed(quote)
    if not wanted:
        return None
    texts = [word.text for word in page.words]
    start = "".join(texts).find(wanted)
    if start < 0:
        return None
    ends = list(accumulate(len(text) for text in texts))
    first = bisect.bisect_right(ends, start)
    last = bisect.bisect_left(ends, start + len(wanted))
    return union_box(word.box for word in page.words[first : last + 1])


def union_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all; there must be at least one."""
    known = list(boxes)
    return Box(
        min(box.x0 for box in known),
        min(box.y0 for box in known),
        max(box.x1 for box in known),
        max(box.y1 for box in known),
    )
