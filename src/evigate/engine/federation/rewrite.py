"""A caller's tree made into one that names only what the caller may read.

Every table, every common table expression and every function of the tree is visited. Names are
looked up in the caller's catalog and replaced by our own; common table expressions are renamed too,
so that a name which we misjudged would be unknown to DuckDB rather than a file. Kinds of nodes
that are not on a list are refused.
"""

import copy
import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from evigate.base.errors import EvigateError
from evigate.engine.federation.errors import (
    E_SQL_FORBIDDEN,
    E_SQL_INVALID,
    E_SQL_UNKNOWN_RELATION,
)
from evigate.engine.federation.functions import TABLE_FUNCTIONS, allowed_functions
from evigate.engine.federation.relations import Catalog, Relation
from evigate.engine.federation.syntax import Node

Scope = Mapping[str, str]
QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE"})
TABLES = frozenset({"JOIN", "SUBQUERY", "EMPTY", "EXPRESSION_LIST", "PIVOT", "SHOW_REF"})
EXPRESSIONS = frozenset(
    {
        "CASE",
        "CAST",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "FUNCTION",
        "OPERATOR",
        "PARAMETER",
        "STAR",
        "SUBQUERY",
        "WINDOW",
        "LAMBDA",
        "LAMBDA_REF",
        "COLLATE",
        "BETWEEN",
        "POSITIONAL_REFERENCE",
    }
)
INFORMATION = ("tables", "columns", "schemata")
SUGGESTIONS = 3


class Rows(Protocol):
    """Where found relations become something DuckDB can read."""

    def place(self, relation: Relation) -> str | Node:
        """Return a registered name, or the tree of a SELECT."""

    def call(self, function: Node) -> str:
        """Evaluate one of our table functions; return the name under which its rows stand."""

    def information(self, name: str) -> str:
        """Return the name under which a table of information_schema stands."""


class Rewriter:
    """One pass over one statement; `parameters` are the names that it still mentions after."""

    def __init__(self, catalog: Catalog, rows: Rows, functions: Sequence[str]) -> None:
        self._catalog = catalog
        self._rows = rows
        self._functions = frozenset(functions)
        self._count = 0
        self.parameters: set[str] = set()

    def statement(self, statement: Node) -> Node:
        """Return the rewritten copy of a statement.

        Raises:
            E_SQL_UNKNOWN_RELATION: a name is not in the caller's catalog.
            E_SQL_FORBIDDEN: it calls or reads what is out of reach.
        """
        result = copy.deepcopy(statement)
        try:
            result["node"] = self._walk(result["node"], {})
        except RecursionError:
            raise EvigateError(E_SQL_INVALID, "The statement is nested too deeply.") from None
        result["named_param_map"] = []
        return result

    def expression(self, expression: Node) -> Node:
        """Return the rewritten copy of an expression that stands alone."""
        return dict(self._walk(copy.deepcopy(expression), {}))

    def _walk(self, value: Any, scope: Scope) -> Any:
        if isinstance(value, list):
            return [self._walk(item, scope) for item in value]
        if not isinstance(value, dict):
            return value
        kind = value.get("type") if isinstance(value.get("type"), str) else None
        if "cte_map" in value or kind in QUERIES:
            return self._query(value, scope)
        if "class" in value:
            return self._expression(value, scope)
        if "sample" in value or kind in TABLES | _LEAVES:
            return self._table(value, scope)
        return {key: self._walk(item, scope) for key, item in value.items()}

    def _query(self, node: Node, scope: Scope) -> Node:
        if node.get("type") not in QUERIES:
            raise _refused(f"A query of kind {node.get('type')!r}")
        inner = dict(scope)
        entries = (node.get("cte_map") or {}).get("map", [])
        for entry in entries:
            name, fresh = entry["key"], self._fresh("cte")
            body = entry["value"]["query"]["node"]
            if body.get("type") == "RECURSIVE_CTE_NODE":
                body["cte_name"] = fresh
                entry["value"] = self._walk(entry["value"], {**inner, name.casefold(): fresh})
            else:
                entry["value"] = self._walk(entry["value"], inner)
            entry["key"] = fresh
            inner[name.casefold()] = fresh
        return {
            key: item if key == "cte_map" else self._walk(item, inner) for key, item in node.items()
        }

    def _expression(self, node: Node, scope: Scope) -> Node:
        kind = node["class"]
        if kind not in EXPRESSIONS:
            raise _refused(f"An expression of kind {kind!r}")
        if kind in ("FUNCTION", "WINDOW"):
            name = node["function_name"]
            if name.lower() not in allowed_functions():
                raise _refused(f"The function {name!r}")
        if kind == "CONSTANT":
            return _exact(node)
        if kind == "PARAMETER":
            self.parameters.add(node["identifier"])
            return {**node, "identifier": parameter_name(node["identifier"])}
        return {key: self._walk(item, scope) for key, item in node.items()}

    def _table(self, node: Node, scope: Scope) -> Node:
        kind = node.get("type")
        if kind == "BASE_TABLE":
            return self._base(node, scope)
        if kind == "TABLE_FUNCTION":
            return self._function(node, scope)
        if kind not in TABLES or (kind == "SHOW_REF" and not node.get("query")):
            raise _refused(f"A table of kind {kind!r}")
        return {key: self._walk(item, scope) for key, item in node.items()}

    def _base(self, node: Node, scope: Scope) -> Node:
        name, schema = node["table_name"], node.get("schema_name") or ""
        if node.get("at_clause"):
            raise _refused("AT (...) on a table")
        if node.get("catalog_name"):
            raise self._unknown(f"{node['catalog_name']}.{schema}.{name}")
        if schema:
            if schema.lower() != "information_schema" or name.lower() not in INFORMATION:
                raise self._unknown(f"{schema}.{name}")
            return _named(node, self._rows.information(name.lower()), name)
        if name.casefold() in scope:
            return _named(node, scope[name.casefold()], name)
        relation = self._find(name)
        placed = self._rows.place(relation)
        if isinstance(placed, str):
            return _named(node, placed, name)
        return _subquery(node, placed, name)

    def _function(self, node: Node, scope: Scope) -> Node:
        function = node["function"]
        name = function["function_name"].lower()
        if function.get("class") != "FUNCTION" or function.get("catalog"):
            raise _refused("A qualified table function")
        if function.get("schema") not in (None, "", "main"):
            raise _refused("A qualified table function")
        if name in self._functions:
            return _named(node, self._rows.call(function), function["function_name"])
        if name not in TABLE_FUNCTIONS:
            raise _refused(f"The table function {function['function_name']!r}")
        children = self._walk(function["children"], scope)
        return {**node, "function": {**function, "children": children}}

    def _find(self, name: str) -> Relation:
        relation = self._catalog.resolve(name)
        if relation is None:
            same = [known for known in self._catalog.names() if known.casefold() == name.casefold()]
            relation = self._catalog.resolve(same[0]) if len(same) == 1 else None
        if relation is None:
            raise self._unknown(name)
        return relation

    def _unknown(self, name: str) -> EvigateError:
        close = difflib.get_close_matches(name, self._catalog.names(), n=SUGGESTIONS)
        hint = f" Did you mean {', '.join(map(repr, close))}?" if close else ""
        return EvigateError(E_SQL_UNKNOWN_RELATION, f"There is no relation {name!r}.{hint}")

    def _fresh(self, prefix: str) -> str:
        self._count += 1
        return f"evigate_{prefix}_{self._count}"


_LEAVES = frozenset({"BASE_TABLE", "TABLE_FUNCTION"})


def parameter_name(identifier: str) -> str:
    """Return the name that a parameter has in the rewritten statement, numbered ones too."""
    return "p_" + identifier


def _exact(node: Node) -> Node:
    """A float literal written out would be read as a decimal, so it goes as text and a cast."""
    value = node["value"]
    if value.get("type", {}).get("id") not in ("DOUBLE", "FLOAT") or value.get("is_null"):
        return node
    text = {"type": {"id": "VARCHAR", "type_info": None}, "is_null": False}
    return {
        "class": "CAST",
        "type": "OPERATOR_CAST",
        "alias": node.get("alias", ""),
        "query_location": node.get("query_location", 0),
        "child": {**node, "alias": "", "value": {**text, "value": repr(value["value"])}},
        "cast_type": value["type"],
        "try_cast": False,
    }


def _named(node: Node, table: str, alias: str) -> Node:
    return {
        "type": "BASE_TABLE",
        "alias": node.get("alias") or alias,
        "sample": node.get("sample"),
        "query_location": node.get("query_location", 0),
        "schema_name": "",
        "table_name": table,
        "column_name_alias": node.get("column_name_alias") or [],
        "catalog_name": "",
        "at_clause": None,
    }


def _subquery(node: Node, statement: Node, alias: str) -> Node:
    return {
        "type": "SUBQUERY",
        "alias": node.get("alias") or alias,
        "sample": node.get("sample"),
        "query_location": node.get("query_location", 0),
        "subquery": statement,
        "column_name_alias": node.get("column_name_alias") or [],
    }


def _refused(what: str) -> EvigateError:
    return EvigateError(E_SQL_FORBIDDEN, f"{what} may not be used here.")
