"""The formats by name: which file each makes, which can be read, and the bounds on both."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from evigate.base.errors import EvigateError
from evigate.learning.errors import E_EXCHANGE_FORMAT, E_EXCHANGE_LIMIT
from evigate.learning.exchange import (
    anki,
    gift_read,
    gift_write,
    moodle,
    own,
    qti_read,
    qti_write,
    rows,
)
from evigate.learning.exchange.models import (
    ITEMS_MAX,
    READ_BYTES_MAX,
    ExchangeItem,
    LeftOut,
    ReadBack,
    Written,
    file_stem,
)
from evigate.learning.items.payloads import QUESTION_KINDS

NO_CARD = "a card that the learner rates is no question there"
NO_ORDER = "there is no question that asks for an order"
NOT_ASKED = "it is no question"

Writer = Callable[[Sequence[ExchangeItem], str], bytes]
# By format: who writes it, its media type, its suffix, and the kinds it cannot hold.
WRITTEN: Mapping[str, tuple[Writer, str, str, Mapping[str, str]]] = {
    "qti": (qti_write.write, "application/zip", ".zip", {"learning.flashcard": NO_CARD}),
    "gift": (
        gift_write.write,
        "text/plain; charset=utf-8",
        ".gift.txt",
        {"learning.flashcard": NO_CARD, "learning.ordering_item": NO_ORDER},
    ),
    "moodle": (moodle.write, "application/xml", ".xml", {"learning.flashcard": NO_CARD}),
    "anki": (anki.write, "application/octet-stream", ".apkg", {}),
    "csv": (rows.write, "text/csv; charset=utf-8", ".csv", {}),
    "json": (own.write, "application/json", ".json", {}),
}
READ: Mapping[str, Callable[[bytes], ReadBack]] = {
    "qti": qti_read.read,
    "gift": gift_read.read,
    "json": own.read,
}


def write(format: str, items: Sequence[ExchangeItem], *, title: str) -> Written:
    """
    Return the items as a file, in order; the same items give the same bytes.

    Args:
        format: qti, gift, moodle, anki, csv or json.
        title: of the package, and of the deck or category in it; the file is named after it.

    Raises:
        EvigateError[E_EXCHANGE_FORMAT]: there is no such format.
        EvigateError[E_EXCHANGE_LIMIT]: more than `ITEMS_MAX` items.
    """
    if format not in WRITTEN:
        raise _unknown(format, WRITTEN)
    if len(items) > ITEMS_MAX:
        message = f"{len(items)} items are more than the {ITEMS_MAX} of one file"
        raise EvigateError(E_EXCHANGE_LIMIT, f"{message}; export them in parts.")
    writer, media_type, suffix, cannot = WRITTEN[format]
    reasons = {item.kind: cannot.get(item.kind) or _not_asked(item.kind) for item in items}
    left = Counter(item.kind for item in items if reasons[item.kind])
    data = writer([item for item in items if not reasons[item.kind]], title)
    left_out = tuple(LeftOut(kind, reasons[kind], left[kind]) for kind in sorted(left))
    return Written(data, media_type, file_stem(title) + suffix, left_out)


def read(format: str, data: bytes) -> ReadBack:
    """
    Return the items of a file, in order, and a problem for each question that is not among them.

    Args:
        format: qti (a package of version 3 or 2, or one item's XML), gift or json (our own).

    Raises:
        EvigateError[E_EXCHANGE_FORMAT]: the format is not read, or the file is not of it at all.
        EvigateError[E_EXCHANGE_LIMIT]: it is larger than `READ_BYTES_MAX`, unpacked or not.
    """
    if format not in READ:
        raise _unknown(format, READ)
    if len(data) > READ_BYTES_MAX:
        message = f"The file has {len(data)} bytes; {READ_BYTES_MAX} are read"
        raise EvigateError(E_EXCHANGE_LIMIT, f"{message}. Split it.")
    return READ[format](data)


def _not_asked(kind: str) -> str:
    return "" if kind in QUESTION_KINDS else NOT_ASKED


def _unknown(format: str, known: Mapping[str, object]) -> EvigateError:
    message = f"{format!r} is no format here: it may be {', '.join(sorted(known))}."
    return EvigateError(E_EXCHANGE_FORMAT, message)
