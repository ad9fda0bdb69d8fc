"""A tenant with a folder, and sources as the catalog would keep them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from evigate.engine.catalog.models import Source
from evigate.engine.federation.duck import Duck
from evigate.engine.sources.context import SourceContext, SourceFacts
from evigate.engine.sources.probe import probe

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def kept(facts: SourceFacts) -> Source:
    """The row that the catalog makes of what was found."""
    return Source(
        uuid4(), facts.name, facts.kind, facts.uri, facts.options, facts.schema, facts.key_column,
        facts.tenant_column, None, facts.version, facts.row_count, MOMENT, MOMENT,
    )  # fmt: skip


@pytest.fixture(scope="session")
def duck() -> Iterator[Duck]:
    opened = Duck(threads=2)
    yield opened
    opened.close()


@pytest.fixture
def context(duck: Duck, tmp_path: Path) -> SourceContext:
    return SourceContext("t1", tmp_path / "tenant", duck)


@pytest.fixture
def add(context: SourceContext) -> Callable[..., Source]:
    """Probe a target and keep it."""

    def register(target: Any, **named: Any) -> Source:
        return kept(probe(named.pop("name", "docs"), target, context=context, **named))

    return register
