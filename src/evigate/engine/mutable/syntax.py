"""Statements and conditions that a caller writes: read, checked, resolved, and written again.

What runs is regenerated from the tree that was checked. Every relation is resolved in the caller's
own catalog: one that is read becomes a SELECT of its declared columns, so that neither the tenant's
column nor the database's are in sight; one that is written is named in full. Names in WITH get a
prefix, so that none can fall through to a table of the database.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from evigate.base.errors import EvigateError
from evigate.engine.mutable.allowed import CALLS, NODES, PARTS, TYPES, WORDS
from evigate.engine.mutable.errors import E_MUTABLE_LIMIT, E_MUTABLE_SQL
from evigate.engine.mutable.models import MutableTable
from evigate.engine.mutable.names import SYSTEM_COLUMNS
from evigate.engine.mutable.statements import SCHEMA

TEXT_CHARS_MAX = 200_000
STATEMENTS_MAX = 100
CTE_PREFIX = "evigate_cte_"
SHOWN_CHARACTERS = 80
# The parser says on standard error what it does not know; it is refused here.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

Lookup = Callable[[str], MutableTable]
Tree = Any


@dataclass(frozen=True, slots=True)
class Statement:
    """A checked statement; `names` are the parameters that stand for $1, $2, ... in its text."""

    text: str
    names: tuple[str, ...]
    tables: tuple[MutableTable, ...]
    returns_rows: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition over the columns of one table."""

    text: str
    names: tuple[str, ...]


def read_statements(text: str, lookup: Lookup) -> list[Statement]:
    """Return the statements of a text, in their order.

    Raises:
        EvigateError[E_MUTABLE_SQL]: it does not parse, or is not INSERT, UPDATE, DELETE or SELECT,
            or uses something that is not allowed.
        EvigateError[E_MUTABLE_LIMIT]: it is too long.
        EvigateError[E_MUTABLE_MISSING]: `lookup` knows no table of a name.
    """
    trees = [tree for tree in _parsed(text) if tree is not None]
    if not trees:
        raise EvigateError(E_MUTABLE_SQL, "There is no statement.")
    if len(trees) > STATEMENTS_MAX:
        raise EvigateError(E_MUTABLE_LIMIT, f"At most {STATEMENTS_MAX} statements run together.")
    return [_Reader(lookup).statement(tree) for tree in trees]


def read_condition(text: str, table: MutableTable) -> Condition:
    """Return a condition (what follows WHERE) over one table's columns.

    Raises:
        EvigateError[E_MUTABLE_SQL]: it is not one condition, or uses something not allowed.
    """
    trees = _parsed(f"SELECT 1 FROM evigate_rows WHERE (\n{text}\n)")
    where = trees[0].args.get("where") if len(trees) == 1 and trees[0] is not None else None
    parts = {name for name, value in trees[0].args.items() if value} if trees[0] else set()
    if where is None or not parts <= {"kind", "expressions", "from_", "where"}:
        raise EvigateError(E_MUTABLE_SQL, f"{_shown(text)} is not one condition.")
    if not isinstance(where.this, exp.Paren) or where.this.find(exp.Query):
        raise EvigateError(E_MUTABLE_SQL, f"{_shown(text)} is not a plain condition.")
    reader = _Reader(lambda name: table)
    reader.tables[table.name.lower()] = table
    return Condition(reader.expression(where.this), tuple(reader.names))


def _parsed(text: str) -> list[Tree]:
    if not isinstance(text, str) or len(text) > TEXT_CHARS_MAX:
        raise EvigateError(E_MUTABLE_LIMIT, f"A text has at most {TEXT_CHARS_MAX} characters.")
    if "\x00" in text:
        raise EvigateError(E_MUTABLE_SQL, "A text cannot hold the character zero.")
    try:
        return list(sqlglot.parse(text, read="postgres"))
    except SqlglotError as error:
        found: list[dict[str, Any]] = getattr(error, "errors", [])
        if found and found[0].get("line"):
            first = found[0]
            message = f"Line {first['line']}: {first['description']} near {first['highlight']!r}."
        else:
            message = str(error).strip().partition("\n")[0]
        raise EvigateError(E_MUTABLE_SQL, message) from error
    except RecursionError as error:
        raise EvigateError(E_MUTABLE_LIMIT, "The statement is nested too deeply.") from error
    except Exception as error:  # the library's parser stumbles over some texts, such as {:}
        raise EvigateError(E_MUTABLE_SQL, f"{_shown(text)} cannot be read.") from error


@dataclass(slots=True)
class _Reader:
    """Reads one tree; `names` collects parameters, `tables` what it names, by lower case."""

    lookup: Lookup
    names: list[str] = field(default_factory=list)
    tables: dict[str, MutableTable] = field(default_factory=dict)
    place: int = 0

    def statement(self, tree: Tree) -> Statement:
        if not isinstance(tree, exp.Insert | exp.Update | exp.Delete | exp.Query):
            _refuse(tree, "only INSERT, UPDATE, DELETE and SELECT run here")
        self._check(tree)
        ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        targets = [
            (node, _target(node)) for node in tree.find_all(exp.Insert, exp.Update, exp.Delete)
        ]
        tables = list(tree.find_all(exp.Table))
        written = {id(table): node for node, table in targets}
        for table in tables:
            folded = table.name.lower()
            if folded not in ctes or id(table) in written:
                self.tables.setdefault(folded, self.lookup(table.name))
        self._fold(tree)
        for node, table in targets:
            self._write(node, table)
        for table in tables:
            if id(table) not in written:
                self._read(table, ctes)
        for cte in tree.find_all(exp.CTE):
            cte.args["alias"].set("this", _quoted(CTE_PREFIX + cte.alias.lower()))
        self._number(tree)
        returns_rows = isinstance(tree, exp.Query) or bool(tree.args.get("returning"))
        text = _written(tree)
        return Statement(text, tuple(self.names), tuple(self.tables.values()), returns_rows)

    def expression(self, tree: Tree) -> str:
        self._check(tree)
        self._fold(tree)
        self._number(tree)
        return _written(tree)

    def _check(self, tree: Tree) -> None:
        for node in tree.walk():
            kind = type(node)
            if kind is exp.Anonymous:
                if not isinstance(node.this, str) or node.this.lower() not in CALLS:
                    _refuse(node, "the function is not among those that may be called")
            elif kind not in NODES:
                _refuse(node)
            if kind in PARTS:
                strange = {name for name, value in node.args.items() if value} - PARTS[kind]
                if strange:
                    _refuse(node, f"{min(strange)} is not allowed")
            self._check_leaf(node)

    def _check_leaf(self, node: Tree) -> None:
        if isinstance(node, exp.Table):
            if not isinstance(node.this, exp.Identifier) or not node.name:
                _refuse(node, "only the tenant's mutable tables may be named")
        elif isinstance(node, exp.Identifier):
            if node.name.lower() in SYSTEM_COLUMNS:
                _refuse(node, "the name is reserved")
        elif isinstance(node, exp.DataType):
            if node.this not in TYPES:
                _refuse(node, "the type is not among those that may be named")
        elif isinstance(node, exp.Var):
            is_parameter = isinstance(node.parent, exp.Parameter)
            if not is_parameter and node.name.upper() not in WORDS:
                _refuse(node)
        elif isinstance(node, exp.Placeholder) and node.args.get("this"):
            _refuse(node, "parameters are $name, $1 or ?")

    def _fold(self, tree: Tree) -> None:
        """Names without quotes are in lower case, unless that is how a table's column reads."""
        known: dict[str, str] = {}
        for table in self.tables.values():
            known |= table.folded
        for node in list(tree.find_all(exp.Identifier)):
            if not node.args.get("quoted"):
                folded = node.name.lower()
                node.set("this", known.get(folded, folded))
                node.set("quoted", True)

    def _number(self, tree: Tree) -> None:
        for node in list(tree.find_all(exp.Parameter, exp.Placeholder)):
            if isinstance(node, exp.Placeholder):
                self.place += 1
                name = str(self.place)
            else:
                name = node.this.name
            if name not in self.names:
                self.names.append(name)
            number = exp.Literal.number(self.names.index(name) + 1)
            node.replace(exp.Parameter(this=number))

    def _write(self, node: Tree, target: Tree) -> None:
        table = self.tables[target.name.lower()]
        alias = target.alias or target.name
        if isinstance(node, exp.Insert) and not node.args.get("default"):
            self._name_columns(node, table)
        target.set("this", _quoted(table.physical))
        target.set("db", _quoted(SCHEMA))
        target.set("alias", exp.TableAlias(this=_quoted(alias)))
        returning = node.args.get("returning")
        if returning is not None:
            returning.set("expressions", _spread(returning.expressions, table, alias))

    def _name_columns(self, node: Tree, table: MutableTable) -> None:
        if not isinstance(node.this, exp.Schema):
            # As in PostgreSQL: fewer values than columns are those of the first columns.
            values = node.expression if isinstance(node.expression, exp.Values) else None
            width = len(values.expressions[0].expressions) if values else len(table.columns)
            columns = [_quoted(name) for name in list(table.columns)[:width]]
            node.set("this", exp.Schema(this=node.this, expressions=columns))
            return
        for column in node.this.expressions:
            if not isinstance(column, exp.Identifier):
                _refuse(column)

    def _read(self, node: Tree, ctes: set[str]) -> None:
        alias = node.args.get("alias") or exp.TableAlias(this=_quoted(node.name))
        folded = node.name.lower()
        if folded in ctes:
            node.set("this", _quoted(CTE_PREFIX + folded))
            node.set("alias", alias)
            return
        table = self.tables[folded]
        place = exp.Table(this=_quoted(table.physical), db=_quoted(SCHEMA))
        columns = [exp.Column(this=_quoted(name)) for name in table.columns]
        inner = exp.Select(expressions=columns).from_(place)
        node.replace(exp.Subquery(this=inner, alias=alias, joins=node.args.get("joins")))


def _target(node: Tree) -> Tree:
    target = node.this.this if isinstance(node.this, exp.Schema) else node.this
    if not isinstance(target, exp.Table) or target.args.get("joins"):
        _refuse(node, "it must name the table that it writes")
    return target


def _spread(expressions: Sequence[Tree], table: MutableTable, alias: str) -> list[Tree]:
    """RETURNING *, and the target's own .*, as the declared columns."""
    found: list[Tree] = []
    for item in expressions:
        is_own = isinstance(item, exp.Column) and isinstance(item.this, exp.Star)
        if isinstance(item, exp.Star) or (is_own and item.table == alias):
            found += [
                exp.Column(this=_quoted(name), table=_quoted(alias)) for name in table.columns
            ]
        else:
            found.append(item)
    return found


def _quoted(name: str) -> Tree:
    return exp.to_identifier(name, quoted=True)


def _written(tree: Tree) -> str:
    try:
        return str(tree.sql(dialect="postgres", identify=True, comments=False))
    except (SqlglotError, RecursionError) as error:
        raise EvigateError(E_MUTABLE_LIMIT, "The statement is nested too deeply.") from error


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= SHOWN_CHARACTERS else flat[: SHOWN_CHARACTERS - 1] + "…")


def _refuse(node: Tree, reason: str = "it is not allowed here") -> NoReturn:
    raise EvigateError(E_MUTABLE_SQL, f"{_shown(node.sql(dialect='postgres'))}: {reason}.")
