"""Exchange: items as files of other systems, and back.

What enters are items with their tags and sources, or a file; what leaves is a file and what it
could not hold, or items and what could not be read of them. Always true: nothing is dropped without
being counted, and what is read holds to the same models as what was made here.
"""

from evigate.learning.exchange.formats import READ, WRITTEN, read, write
from evigate.learning.exchange.models import (
    Cited,
    ExchangeItem,
    LeftOut,
    ReadBack,
    Unread,
    Written,
)

__all__ = [
    "READ",
    "WRITTEN",
    "Cited",
    "ExchangeItem",
    "LeftOut",
    "ReadBack",
    "Unread",
    "Written",
    "read",
    "write",
]
