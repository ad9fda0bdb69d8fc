"""Statements that hold of other things than the one they name, so that no blank may ask for it.

"The lung also makes mucus" says that something else does; "salt is one cause of thirst", "salt is
used in kitchens" and "salt plays a role in taste" say, or allow, that there are more. With the
subject left out, each of those is a right answer, too.
"""

import re

from evigate.learning.items.payloads import BLANK

_ALSO = re.compile(
    r"\b(?:also|too|likewise)\b|^(?!.*\bone\b).*\banother\s+\w", re.IGNORECASE | re.DOTALL
)
_ONE_OF_MORE = re.compile(
    rf"{BLANK}\s+(?:\([^()]*\)\s+|(?:of|to|in|for|on)\s+[^,.;]{{1,40}}?\s)?(?:"
    r"(?:is|are|was|were|(?:may|can|could|might)\s+be)\s+(?:(?:only|just)\s+)?(?:one|some|among|"
    r"another|other|an?\s+(?:[\w-]+\s+){0,2}(?:example|factor|reason|way|part|case|issue|scenario))\b|"
    r"(?:is|are|(?:has|have|can|may)\s+(?:been|be))\s+(?:\w+ly\s+)?used\s+(?:in|to|for|by)\b|"
    r"(?:\w+\s+)?plays?\s+(?:an?|some)\s+(?:[\w-]+\s+){0,2}(?:role|part)\b)",
    re.IGNORECASE,
)


def is_shared(stem: str) -> bool:
    """Say whether a stem whose blank is its subject tells that the blank is one of several."""
    return bool(_ALSO.search(stem) or _ONE_OF_MORE.search(stem))
