"""What a result table may be called: what a source may be, for both are names in SQL."""

from evigate.engine.sources.names import check_name
from evigate.engine.tables.errors import E_TABLE_NAME


def check_table_name(name: str) -> str:
    """Return the name if a table may have it.

    Raises:
        EvigateError[E_TABLE_NAME]: it is empty, too long or reserved, or has other characters.
    """
    return check_name(name, code=E_TABLE_NAME, what="table")
