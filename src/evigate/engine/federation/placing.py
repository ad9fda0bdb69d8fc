"""Found relations and the results of table functions, put where one statement can read them.

Arrow data is registered with the statement's own connection under a fresh name. The arguments of
table functions are evaluated here, before the statement runs: constants and parameters, never rows.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import Duck, translated
from evigate.engine.federation.errors import E_SQL_INVALID, E_SQL_PARAMETER
from evigate.engine.federation.quoting import quote_name, quote_names
from evigate.engine.federation.relations import (
    DATABASE_MARK,
    WALL,
    ArrowBody,
    Relation,
    Subquery,
    TableFunction,
)
from evigate.engine.federation.rewrite import Rewriter, parameter_name
from evigate.engine.federation.syntax import Node, expression_text, parse, write


class Placing:
    """The rows of one statement; what it opens is let go with `stack`."""

    def __init__(
        self,
        duck: Duck,
        cursor: Any,
        stack: ExitStack,
        functions: Mapping[str, TableFunction],
        parameters: Mapping[str, Any],
        information: Callable[[str], pa.Table],
    ) -> None:
        self._duck = duck
        self._cursor = cursor
        self._stack = stack
        self._functions = functions
        self._parameters = {name.casefold(): value for name, value in parameters.items()}
        self._information = information
        self._count = 0

    def place(self, relation: Relation) -> str | Node:
        """Return a registered name, or the tree of the relation's SELECT."""
        body = relation.body
        if isinstance(body, ArrowBody):
            name = self._register(body.open())
            if not body.where:
                return name
            columns = quote_names(relation.schema.names)
            return parse(self._duck, f"SELECT {columns} FROM {name} WHERE {body.where}{WALL}")
        for extension in body.extensions:
            self._duck.load(extension)
        select = body.select
        if body.attachment is not None:
            alias = self._duck.attach(body.attachment)
            self._stack.callback(self._duck.release, body.attachment)
            select = select.replace(DATABASE_MARK, quote_name(alias))
        return parse(self._duck, select)

    def call(self, function: Node) -> str:
        """Evaluate a table function's arguments, call it and register what it returns."""
        name = function["function_name"]
        args: list[Any] = []
        named: dict[str, Any] = {}
        for child in function["children"]:
            label, expression = _labelled(child)
            if label:
                named[label] = self._value(expression)
            elif named:
                raise EvigateError(
                    E_SQL_INVALID, f"In {name}(...) a plain argument follows a named one."
                )
            else:
                args.append(self._value(expression))
        try:
            result = self._functions[name.lower()].call(args, named)
        except TypeError as error:
            raise EvigateError(E_SQL_INVALID, f"{name}(...): {error}.") from error
        return self._register(result)

    def information(self, name: str) -> str:
        """Register a table of information_schema."""
        return self._register(self._information(name))

    def _register(self, rows: Any) -> str:
        self._count += 1
        name = f"evigate_rows_{self._count}"
        if not isinstance(rows, pa.Table | pa.RecordBatchReader) and hasattr(
            rows, "__arrow_c_stream__"
        ):
            rows = pa.RecordBatchReader.from_stream(rows)
        with translated():
            self._cursor.register(name, rows)
        return name

    def _value(self, expression: Node) -> Any:
        kind = expression["class"]
        if kind == "PARAMETER":
            return self._parameter(expression["identifier"])
        if kind == "COLUMN_REF" and len(expression["column_names"]) == 1:
            return expression["column_names"][0]
        if kind == "SUBQUERY":
            return Subquery(write(self._duck, expression["subquery"]))
        return self._evaluated(expression)

    def _parameter(self, identifier: str) -> Any:
        if identifier.casefold() not in self._parameters:
            raise EvigateError(
                E_SQL_PARAMETER,
                f"The statement names ${identifier}, and no value was given for it.",
            )
        return self._parameters[identifier.casefold()]

    def _evaluated(self, expression: Node) -> Any:
        rewriter = Rewriter(_Nothing(), self, ())
        text = expression_text(self._duck, rewriter.expression({**expression, "alias": ""}))
        values = {parameter_name(name): self._parameter(name) for name in rewriter.parameters}
        with self._duck.cursor() as cursor, translated():
            return _floats(cursor.execute(text, values).to_arrow_table().column(0)[0].as_py())


class _Nothing:
    """The catalog of an argument: arguments name no relation."""

    def resolve(self, name: str) -> Relation | None:
        return None

    def names(self) -> Sequence[str]:
        return ()

    def describe(self) -> Sequence[Relation]:
        return ()


def _floats(value: Any) -> Any:
    """SQL reads 0.5 as a decimal; whoever is called expects a float."""
    if isinstance(value, Decimal):
        return float(value)
    return [_floats(item) for item in value] if isinstance(value, list) else value


def _labelled(child: Node) -> tuple[str, Node]:
    """`name := value` comes as an alias, `name = value` as a comparison."""
    if child.get("alias"):
        return child["alias"], child
    if child["class"] == "COMPARISON" and child["type"] == "COMPARE_EQUAL":
        left = child["left"]
        if left["class"] == "COLUMN_REF" and len(left["column_names"]) == 1:
            return left["column_names"][0], cast("Node", child["right"])
    return "", child
