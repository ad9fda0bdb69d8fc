"""What a source, a table or a topic may be called: it is its name in SQL."""

import re

from evigate.base.errors import Code, EvigateError
from evigate.engine.sources.errors import E_SOURCE_NAME

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}\Z")
PREFIX = "evigate_"
SCHEMAS = frozenset({"information_schema", "pg_catalog", "main", "temp", "system", "public"})
# Words that SQL would not take for a table's name without quotes.
RESERVED = frozenset(
    """all analyse analyze and anti any array as asc asof asymmetric both case cast check collate
    column constraint create cross default deferrable desc describe distinct do else end except
    exists extract false fetch for foreign from full glob grant group having ilike in initially
    inner intersect into is isnull join lambda lateral leading left like limit map natural not
    notnull null offset on only or order outer overlaps pivot pivot_longer pivot_wider placing
    positional primary qualify references returning right select semi show similar some struct
    summarize symmetric table tablesample then to trailing true try_cast union unique unpivot using
    values variadic verbose when where window with""".split()  # noqa: SIM905
)


def check_name(name: str, *, code: Code = E_SOURCE_NAME, what: str = "source") -> str:
    """Return the name if a source, or what else is said, may have it.

    Raises:
        EvigateError[code]: it is empty, holds other characters, is too long, or is reserved.
    """
    if not isinstance(name, str) or not NAME.match(name):
        raise EvigateError(code, f"{name!r} cannot be a {what}'s name.")
    lower = name.lower()
    if lower in RESERVED or lower in SCHEMAS or lower.startswith(PREFIX):
        raise EvigateError(code, f"{name!r} is reserved and cannot be a {what}'s name.")
    return name
