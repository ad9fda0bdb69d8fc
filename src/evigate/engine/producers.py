"""How a table is made again from its definition: one function a producer, listed by value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Anchor, Table
from evigate.engine.tables.errors import E_NOT_RECOMPUTABLE

if TYPE_CHECKING:
    from evigate.engine.core import Core


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A table that was made again, or that would be (`version` None)."""

    table: str
    version: int | None
    cache: str | None


Producer = Callable[["Core", Subject, Table], int]


def _embedding(core: "Core", subject: Subject, table: Table) -> int:
    from evigate.engine.embed.service import index_of

    definition = table.definition
    source = core.sources.refresh(subject, definition["source"])
    done = core.embeds.embed(
        subject,
        source,
        definition["columns"],
        core.model(subject, definition["model"]["id"]),
        name=table.name,
        index=index_of(definition["index"]),
    )
    return done.version


def _lexical(core: "Core", subject: Subject, table: Table) -> int:
    from evigate.engine.embed.payloads import TextAnalysis

    definition = table.definition
    source = core.sources.refresh(subject, definition["source"])
    done = core.embeds.index_texts(
        subject,
        source,
        definition["columns"],
        name=table.name,
        analysis=TextAnalysis(definition["analyzer"], definition["stop_words"]),
    )
    return done.version


def _derived(core: "Core", subject: Subject, table: Table) -> int:
    from evigate.engine.derived.service import RECIPES

    recipe = RECIPES[table.definition["producer"]]
    return recipe(core, subject, table.name, table.definition, "use").version


def _context_set(core: "Core", subject: Subject, table: Table) -> int:
    from evigate.engine.derived.context import context_set

    return context_set(core, subject, table.name, table.definition, "use").version


def _graph_pairs(core: "Core", subject: Subject, table: Table) -> int:
    from evigate.engine.train.training_sets import graph_pairs

    return graph_pairs(core, subject, table.name, table.definition, "use").version


PRODUCERS: Mapping[str, Producer] = {
    "embedding": _embedding,
    "lexical": _lexical,
    "neighbor_graph": _derived,
    "propagation": _derived,
    "structure": _derived,
    "asof_join": _derived,
    "context_set": _context_set,
    "graph_pairs": _graph_pairs,
}


def recompute(
    core: "Core", subject: Subject, table: Table, *, is_cascading: bool
) -> list[Recomputed]:
    """Make a table again from its inputs as they are now, and what derives from it.

    Without the cascade its dependents are reported and left as they are.

    Raises:
        EvigateError[E_NOT_RECOMPUTABLE]: it, or a dependent in the sweep, was imported.
        EvigateError[E_DEPENDENCY_CYCLE]: tables derive from each other.
    """
    names = core.states.downstream(subject, table.name)
    tables = [core.tables.get(subject, name) for name in names]
    swept = [table, *(tables if is_cascading else [])]
    makers = [_producer(each) for each in swept]
    done = []
    for each, make in zip(swept, makers, strict=True):
        before = each.current_version
        version = make(core, subject, each)
        done.append(Recomputed(each.name, version, "hit" if version == before else "computed"))
    if not is_cascading:
        done += [Recomputed(name, None, None) for name in names]
    return done


def _producer(table: Table) -> Producer:
    found = PRODUCERS.get(str(table.definition.get("producer")))
    if found is None:
        message = f"The table {table.name!r} cannot be made again: it was not made from inputs."
        raise EvigateError(E_NOT_RECOMPUTABLE, message)
    return found


def current_version(core: "Core", subject: Subject, anchor: Anchor) -> str | None:
    """Return the version that an input has now; None where it is gone."""
    catalog = core.catalog(subject)
    if anchor.kind == "source":
        if anchor.name not in catalog.sources:
            return None
        return core.sources.refresh(subject, anchor.name).version.value
    if anchor.kind == "table":
        table = catalog.tables.get(anchor.name)
        version = None if table is None else catalog.version_of(table)
        return None if version is None else version.manifest_digest
    return None
