"""Our own JSON: everything an item has, so that what is written is read back equal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evigate.base.errors import EvigateError
from evigate.learning.errors import E_EXCHANGE_FORMAT
from evigate.learning.exchange.models import (
    ITEMS_MAX,
    Cited,
    ExchangeItem,
    ReadBack,
    Reading,
    UnreadableError,
    decode,
    difficulty_of,
    identifier_of,
    make,
)
from evigate.learning.items.payloads import SCHEMA_VERSION

FORMAT = "evigate.items"


def write(items: Sequence[ExchangeItem], title: str) -> bytes:
    """Return the items as one JSON object with its format, schema version and title."""
    whole = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "title": title,
        "items": [
            {
                "identifier": identifier_of(item),
                "kind": item.kind,
                "payload": item.payload.model_dump(mode="json"),
                "tags": list(item.tags),
                "difficulty": item.difficulty,
                "citations": [asdict(one) for one in item.citations],
            }
            for item in items
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def read(data: bytes) -> ReadBack:
    """Return the items of a file that `write` made.

    Raises:
        EvigateError[E_EXCHANGE_FORMAT]: it is no such file, or of another schema version.
    """
    try:
        whole = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise EvigateError(E_EXCHANGE_FORMAT, "The file is no JSON.") from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise EvigateError(E_EXCHANGE_FORMAT, f"The file does not say that it is {FORMAT!r}.")
    if whole.get("schema_version") != SCHEMA_VERSION:
        message = f"The file is of schema version {whole.get('schema_version')!r}"
        raise EvigateError(E_EXCHANGE_FORMAT, f"{message}; this program reads {SCHEMA_VERSION!r}.")
    listed = whole.get("items")
    if not isinstance(listed, list) or len(listed) > ITEMS_MAX:
        raise EvigateError(E_EXCHANGE_FORMAT, f"`items` is no list of at most {ITEMS_MAX}.")
    reading = Reading()
    for number, each in enumerate(listed, start=1):
        try:
            reading.items.append(item_of(each))
        except UnreadableError as error:
            reading.refuse(f"item {number}", str(error))
    return reading.done()


def item_of(value: object) -> ExchangeItem:
    """Return the item of one JSON object.

    Raises:
        UnreadableError: a field is missing or has another shape.
    """
    if not isinstance(value, dict) or not isinstance(value.get("payload"), dict):
        raise UnreadableError("it has no `payload`")
    kind = str(value.get("kind"))
    return ExchangeItem(kind, make(kind, value["payload"]), **facts_of(value))


def facts_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the bank knows of an item, from JSON; what has another shape is left out."""
    tags, cited = value.get("tags"), value.get("citations")
    return {
        "tags": tuple(str(each) for each in tags) if isinstance(tags, list) else (),
        "difficulty": difficulty_of(value.get("difficulty")),
        "citations": tuple(_cited(each) for each in cited if isinstance(each, dict))
        if isinstance(cited, list)
        else (),
        "identifier": str(value.get("identifier") or ""),
    }


def _cited(value: Mapping[str, Any]) -> Cited:
    page = value.get("page")
    return Cited(
        quote=str(value.get("quote") or ""),
        page=page if isinstance(page, int) and not isinstance(page, bool) else None,
        document=str(value.get("document") or ""),
    )
