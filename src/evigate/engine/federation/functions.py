"""What a statement may call.

`functions.txt` holds DuckDB 1.5.5's scalar functions, aggregates and macros after a reading one by
one; left out is whatever touches files, network, settings, variables, sequences, extensions or the
log, names databases or statements, or belongs to DuckDB's insides. What is not on the list is
refused, so a newer DuckDB brings nothing in by itself.
"""

from functools import cache
from importlib.resources import files

from evigate.engine.federation.vectors import FUNCTIONS

TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest", "json_each", "json_tree"})
WINDOWS = frozenset(
    {"row_number", "rank", "dense_rank", "rank_dense", "percent_rank", "cume_dist", "ntile"}
    | {"lag", "lead", "first_value", "last_value", "nth_value", "fill", "first", "last"}
)


@cache
def allowed_functions() -> frozenset[str]:
    """Return the names, lower case."""
    text = files(__package__).joinpath("functions.txt").read_text(encoding="utf-8")
    return frozenset(name.lower() for name in text.split()) | FUNCTIONS | WINDOWS | {"unnest"}
