"""A tenant's SQL over tables in memory."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pytest

from evigate.engine.federation.duck import Duck
from evigate.engine.federation.relations import Relation, TableFunction, arrow_relation
from evigate.engine.federation.session import SqlSession
from evigate.engine.federation.stream import Limits


class Tables:
    """A catalog of tables in memory."""

    def __init__(self, **tables: pa.Table) -> None:
        self.tables = tables

    def resolve(self, name: str) -> Relation | None:
        table = self.tables.get(name)
        if table is None:
            return None
        return arrow_relation(
            name, kind="source", version="1", schema=table.schema, open=lambda: table
        )

    def names(self) -> Sequence[str]:
        return list(self.tables)

    def describe(self) -> Sequence[Relation]:
        return [relation for name in self.tables if (relation := self.resolve(name))]


@pytest.fixture(scope="session")
def duck() -> Iterator[Duck]:
    opened = Duck(threads=2)
    yield opened
    opened.close()


@pytest.fixture
def make(duck: Duck) -> Callable[..., SqlSession]:
    """Make a session over tables."""

    def build(
        functions: Sequence[TableFunction] = (), limits: Limits | None = None, **tables: Any
    ) -> SqlSession:
        return SqlSession(duck, Tables(**tables), functions=functions, limits=limits)

    return build
