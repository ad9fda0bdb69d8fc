"""Names and values as SQL text, for the statements that we write ourselves.

DuckDB's strings know no backslash: doubling the quote is the whole of quoting.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID


def quote_name(name: str) -> str:
    """Return an identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a string literal."""
    return "'" + text.replace("'", "''") + "'"


def quote_names(names: Iterable[str]) -> str:
    """Return identifiers, a comma between them."""
    return ", ".join(quote_name(name) for name in names)


def quote_texts(texts: Iterable[str]) -> str:
    """Return a list literal of strings."""
    return "[" + ", ".join(quote_text(text) for text in texts) + "]"


def quote_value(value: object) -> str:
    """Return a literal of a key's value: whole number, text, bytes, date, moment or decimal.

    Raises:
        TypeError: the value is of another kind.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return "'" + "".join(f"\\x{byte:02X}" for byte in value) + "'::BLOB"
    if isinstance(value, datetime):
        kind = "TIMESTAMP" if value.tzinfo is None else "TIMESTAMPTZ"
        return f"{kind} {quote_text(value.isoformat(sep=' '))}"
    if isinstance(value, date):
        return f"DATE {quote_text(value.isoformat())}"
    if isinstance(value, time):
        return f"TIME {quote_text(value.isoformat())}"
    if isinstance(value, str | UUID):
        return quote_text(str(value))
    raise TypeError(f"no literal for {type(value).__name__}")
