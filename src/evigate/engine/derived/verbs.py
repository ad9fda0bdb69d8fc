"""`db.derive`: tables made from tables, each with its recipe and its inputs' versions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evigate.base.subject import Subject
from evigate.engine.verbs import READ, WRITE, verb

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.derived.context import Context
    from evigate.engine.derived.publish import Derived


class DeriveVerbs:
    """The verbs on derived tables of one tenant."""

    def __init__(self, core: "Core", subject: Subject) -> None:
        self.core = core
        self.subject = subject

    @verb(WRITE)
    def neighbor_graph(
        self,
        table: str,
        *,
        name: str,
        k: int = 10,
        min_similarity: float | None = None,
        mutual: bool = False,
        exact: bool = False,
        cache: str = "use",
    ) -> "Derived":
        """Make a table of each row's nearest rows: src, dst, rank from 1, similarity.

        Args:
            table: an embedding table.
            min_similarity: edges below it are left out.
            mutual: only edges that go both ways.
            exact: compare every pair instead of asking the index.
        """
        definition = {
            "producer": "neighbor_graph",
            "table": table,
            "k": k,
            "min_similarity": min_similarity,
            "mutual": mutual,
            "exact": exact,
        }
        return self._make(name, definition, cache)

    @verb(WRITE)
    def propagate(
        self,
        table: str,
        edges: str,
        *,
        name: str,
        columns: Sequence[str] = ("src", "dst"),
        hops: int = 2,
        restart: float = 0.1,
        weighting: str = "degree_normalized",
        direction: str = "undirected",
        output: str = "final",
        cache: str = "use",
    ) -> "Derived":
        """Make vectors that have heard from their neighbours along edges (APPNP).

        Args:
            table: an embedding table, whose keys the edges join.
            edges: a relation; `columns` are its two ends, and a weight where it has one.
            hops: 0 to 3.
            restart: how much of a row's own vector stays at each hop.
            weighting: degree_normalized, uniform or edge_similarity.
            direction: out, in or undirected.
            output: "final", or "jumping_knowledge" for all hops side by side.
        """
        from evigate.engine.derived.service import default_index

        definition = {
            "producer": "propagation",
            "table": table,
            "edges": edges,
            "columns": list(columns),
            "hops": hops,
            "restart": restart,
            "weighting": weighting,
            "direction": direction,
            "output": output,
            "index": default_index(),
        }
        return self._make(name, definition, cache)

    @verb(WRITE)
    def structure(
        self,
        edges: str,
        *,
        name: str,
        columns: Sequence[str] = ("src", "dst"),
        source: str | None = None,
        dimensions: int = 128,
        weights: Sequence[float] = (0.0, 1.0, 1.0),
        beta: float = -0.5,
        sparsity: float = 3.0,
        direction: str = "undirected",
        seed: int = 0,
        cache: str = "use",
    ) -> "Derived":
        """Make vectors of a graph's shape alone; search them by row key.

        Args:
            source: whose rows the edges join, so that the vectors can be searched.
            weights: of hop 1, 2, ...
            beta: how a row's degree scales its part.
            sparsity: of the random projection; 3 leaves two thirds of it zero.
        """
        from evigate.engine.derived.service import default_index

        definition = {
            "producer": "structure",
            "edges": edges,
            "columns": list(columns),
            "source": source,
            "dimensions": dimensions,
            "weights": list(weights),
            "beta": beta,
            "sparsity": sparsity,
            "direction": direction,
            "seed": seed,
            "index": default_index(),
        }
        return self._make(name, definition, cache)

    @verb(WRITE)
    def asof_join(
        self,
        spine: str,
        facts: str,
        *,
        name: str,
        spine_by: Sequence[str] = (),
        spine_time: str,
        facts_by: Sequence[str] = (),
        facts_time: str,
        direction: str = "backward",
        boundary: str = "inclusive",
        tolerance_micros: int | None = None,
        tolerance_steps: int | None = None,
        tie_break: str | None = None,
        project: Sequence[str] | None = None,
        cache: str = "use",
    ) -> "Derived":
        """Make a table of each spine row with the fact that was known at its time.

        Args:
            direction: backward, forward or nearest; of two equally near the past one.
            boundary: inclusive or exclusive.
            tolerance_micros, tolerance_steps: how far a fact may be, in time or in whole numbers.
            tie_break: of several facts of one instant, the greatest of this column; without it
                they are an error.
        """
        definition = {
            "producer": "asof_join",
            "spine": spine,
            "facts": facts,
            "spine_by": list(spine_by),
            "spine_time": spine_time,
            "facts_by": list(facts_by),
            "facts_time": facts_time,
            "direction": direction,
            "boundary": boundary,
            "tolerance_micros": tolerance_micros,
            "tolerance_steps": tolerance_steps,
            "tie_break": tie_break,
            "project": None if project is None else list(project),
        }
        return self._make(name, definition, cache)

    @verb(READ)
    def context(
        self,
        source: str,
        *,
        query: str | None = None,
        row_key: str | None = None,
        k: int = 10,
        value_columns: Sequence[str] = (),
        aggregator: str = "mean",
        exclude_self: bool = True,
        exclude_keys: Sequence[str] = (),
        table: str | None = None,
        edges: str | None = None,
        edge_columns: Sequence[str] = ("src", "dst"),
        hops: int = 1,
        fan_out: int = 16,
        hybrid: bool = False,
    ) -> "Context":
        """Return the rows around a row or a text, and what their values come to.

        Args:
            value_columns: numeric columns; `aggregator` is mean, sum or max.
            edges: walk this relation instead of asking the index; with `hybrid`, both.
            hops: 1 to 3; of a row's edges a seeded `fan_out` are walked, the same each time.
        """
        from evigate.engine.derived.context import assemble

        definition = _context(
            source, k, value_columns, aggregator, exclude_self, exclude_keys, table, edges
        ) | {
            "edge_columns": list(edge_columns),
            "hops": hops,
            "fan_out": fan_out,
            "is_hybrid": hybrid,
        }
        return assemble(self.core, self.subject, definition, query, row_key)

    @verb(WRITE)
    def context_set(
        self,
        source: str,
        *,
        name: str,
        k: int = 10,
        value_columns: Sequence[str] = (),
        aggregator: str = "mean",
        table: str | None = None,
        edges: str | None = None,
        edge_columns: Sequence[str] = ("src", "dst"),
        hops: int = 1,
        fan_out: int = 16,
        hybrid: bool = False,
        cache: str = "use",
    ) -> "Derived":
        """Make a table with the context of every embedded row; arguments as in `context`."""
        from evigate.engine.derived.context import context_set

        definition = _context(source, k, value_columns, aggregator, True, (), table, edges) | {
            "edge_columns": list(edge_columns),
            "hops": hops,
            "fan_out": fan_out,
            "is_hybrid": hybrid,
        }
        return context_set(self.core, self.subject, name, definition, cache)

    def _make(self, name: str, definition: Mapping[str, Any], cache: str) -> "Derived":
        from evigate.engine.derived.service import RECIPES

        recipe = RECIPES[definition["producer"]]
        return recipe(self.core, self.subject, name, definition, cache)


def _context(
    source: str,
    k: int,
    value_columns: Sequence[str],
    aggregator: str,
    exclude_self: bool,
    exclude_keys: Sequence[str],
    table: str | None,
    edges: str | None,
) -> dict[str, Any]:
    return {
        "producer": "context_set",
        "source": source,
        "k": k,
        "value_columns": list(value_columns),
        "aggregator": aggregator,
        "exclude_self": exclude_self,
        "exclude_keys": list(exclude_keys),
        "table": table,
        "edges": edges,
    }
