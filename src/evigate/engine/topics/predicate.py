"""A subscriber's predicate: parsed once, compiled to an Arrow expression, evaluated batch by batch.

The grammar is closed: columns, literals, comparisons, AND, OR, NOT, IS NULL, IN, LIKE, BETWEEN,
CAST, and five functions of text. What it does not know is refused at subscribe, not at a message.
"""

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from evigate.base.errors import EvigateError
from evigate.engine.topics.errors import E_TOPIC_PREDICATE

PREDICATE_CHARACTERS_MAX = 10_000

_COMPARISONS: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
}
_TYPES: dict[str, pa.DataType] = {
    "BOOLEAN": pa.bool_(),
    "INT": pa.int32(),
    "BIGINT": pa.int64(),
    "FLOAT": pa.float32(),
    "DOUBLE": pa.float64(),
    "TEXT": pa.string(),
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMPTZ": pa.timestamp("us", "UTC"),
}


def compile_predicate(text: str, schema: pa.Schema) -> Any:
    """Return an expression over a schema; None where the text is empty and everything passes.

    A row passes where the predicate is true, not where it is null.

    Raises:
        EvigateError[E_TOPIC_PREDICATE]: it does not parse, or uses what is not in the grammar, or
            compares what cannot be compared.
    """
    if not text.strip():
        return None
    if len(text) > PREDICATE_CHARACTERS_MAX:
        raise _refused("the predicate is too long")
    try:
        tree: Any = sqlglot.parse_one(text, dialect="duckdb", into=exp.Condition)
    except (SqlglotError, RecursionError) as error:
        raise _refused(f"it does not parse ({str(error).splitlines()[0]})") from error
    except Exception as error:  # the library's parser stumbles over some texts, such as {:}
        raise _refused("it does not parse") from error
    expression = _compile(tree, schema)
    try:
        found = schema.empty_table().filter(expression)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise _refused(str(error)) from error
    assert found.num_rows == 0
    return expression


def _compile(node: exp.Expression, schema: pa.Schema) -> Any:
    def inner(child: Any) -> Any:
        return _compile(child, schema)

    if isinstance(node, exp.Paren):
        return inner(node.this)
    if isinstance(node, exp.And):
        return inner(node.this) & inner(node.expression)
    if isinstance(node, exp.Or):
        return inner(node.this) | inner(node.expression)
    if isinstance(node, exp.Not):
        return ~inner(node.this)
    if comparison := _COMPARISONS.get(type(node)):
        return comparison(inner(node.this), inner(node.expression))
    if isinstance(node, exp.Between):
        value = inner(node.this)
        return (value >= inner(node.args["low"])) & (value <= inner(node.args["high"]))
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return inner(node.this).is_null()
    if isinstance(node, exp.In) and node.expressions:
        return _any_of(inner(node.this), [inner(each) for each in node.expressions])
    return _value(node, schema)


def _any_of(value: Any, wanted: list[Any]) -> Any:
    found = value == wanted[0]
    for each in wanted[1:]:
        found = found | (value == each)
    return found


def _value(node: exp.Expression, schema: pa.Schema) -> Any:
    if isinstance(node, exp.Column) and not node.table:
        return _column(node.name, schema)
    if isinstance(node, exp.Boolean):
        return pc.scalar(bool(node.this))
    if isinstance(node, exp.Literal):
        return pc.scalar(node.this if node.is_string else _number(node.this))
    if isinstance(node, exp.Neg):
        return pc.negate(_compile(node.this, schema))
    if isinstance(node, exp.Like) and isinstance(node.expression, exp.Literal):
        return pc.match_like(_compile(node.this, schema), node.expression.this)
    if isinstance(node, exp.Cast):
        return _cast(node, schema)
    return _function(node, schema)


def _column(name: str, schema: pa.Schema) -> Any:
    if name not in schema.names:
        raise _refused(f"there is no column {name!r}")
    return pc.field(name)


def _number(text: str) -> int | float:
    return int(text) if re.fullmatch(r"\d+", text) else float(text)


def _cast(node: exp.Cast, schema: pa.Schema) -> Any:
    wanted = _TYPES.get(node.to.this.name)
    if wanted is None:
        raise _refused(f"it casts to {node.to.sql()}")
    return _compile(node.this, schema).cast(wanted)


def _function(node: exp.Expression, schema: pa.Schema) -> Any:
    if isinstance(node, exp.Lower):
        return pc.utf8_lower(_compile(node.this, schema))
    if isinstance(node, exp.Upper):
        return pc.utf8_upper(_compile(node.this, schema))
    if isinstance(node, exp.Length):
        return pc.utf8_length(_compile(node.this, schema))
    if isinstance(node, exp.StartsWith | exp.EndsWith):
        pattern = node.expression
        if isinstance(pattern, exp.Literal) and pattern.is_string:
            compare = pc.starts_with if isinstance(node, exp.StartsWith) else pc.ends_with
            return compare(_compile(node.this, schema), pattern.this)
    raise _refused(f"{node.sql()[:80]!r} is not in the grammar")


def _refused(reason: str) -> EvigateError:
    return EvigateError(E_TOPIC_PREDICATE, f"The predicate cannot be used: {reason}.")
