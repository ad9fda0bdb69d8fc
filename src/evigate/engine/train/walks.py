"""Pairs from a graph: who a short walk from a row comes by is like it, who is far from it is not.

Pure arrays. Nodes are numbered; the numbers' order, the edges and the seed decide every pair.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Nodes = npt.NDArray[np.int64]

NONE = -1
# A node this many draws did not find outside is looked for among all.
DRAWS_MAX = 32


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Neighbours by node: those of node n are `neighbors[starts[n]:starts[n + 1]]`, ascending."""

    starts: Nodes
    neighbors: Nodes

    @property
    def count(self) -> int:
        """How many nodes there are."""
        return len(self.starts) - 1

    def of(self, node: int) -> Nodes:
        """Return a node's neighbours."""
        return self.neighbors[self.starts[node] : self.starts[node + 1]]


@dataclass(frozen=True, slots=True)
class WalkOptions:
    """How pairs are drawn; see `TrainVerbs.graph_pairs`."""

    length: int = 4
    walks: int = 2
    p: float = 1.0
    q: float = 1.0
    negatives: int = 1
    exclude_hops: int = 1
    seed: int = 42


def graph_of(src: Nodes, dst: Nodes, count: int, *, is_directed: bool) -> Graph:
    """Return the graph of edges (n,), loops and repetitions left out."""
    if not is_directed:
        src, dst = np.concatenate([src, dst]), np.concatenate([dst, src])
    kept = src != dst
    pairs = np.unique(np.stack([src[kept], dst[kept]], axis=1), axis=0)
    starts = np.searchsorted(pairs[:, 0], np.arange(count + 1))
    return Graph(starts.astype(np.int64), np.ascontiguousarray(pairs[:, 1]))


def walk_pairs(graph: Graph, options: WalkOptions) -> Iterator[tuple[int, int, int]]:
    """
    Yield (anchor, positive, negative), by anchor and positive, each pair once for each negative.

    A walk of `length` steps goes from every node `walks` times; the nodes it comes by, but for its
    own beginning, are the beginning's positives. A negative is drawn from the nodes further than
    `exclude_hops` from the anchor and no positive of it; -1 where there is none.

    Source:
        node2vec: Grover & Leskovec, KDD 2016, for the walk and its p and q.
    """
    for node in range(graph.count):
        draw = np.random.default_rng([options.seed, node])
        positives: set[int] = set()
        for _ in range(options.walks):
            positives |= set(_walk(graph, node, options, draw))
        positives.discard(node)
        if not positives:
            continue
        near = within(graph, node, options.exclude_hops) | positives
        for positive in sorted(positives):
            for _ in range(max(options.negatives, 1)):
                yield node, positive, _outside(near, graph.count, draw, options)


def _walk(
    graph: Graph, node: int, options: WalkOptions, draw: np.random.Generator
) -> Iterator[int]:
    before, here = NONE, node
    for _ in range(options.length):
        options_here = graph.of(here)
        if not len(options_here):
            return
        weights = np.ones(len(options_here))
        if before != NONE and (options.p != 1 or options.q != 1):
            weights = np.where(np.isin(options_here, graph.of(before)), 1.0, 1 / options.q)
            weights[options_here == before] = 1 / options.p
        # One uniform number a step, whatever p and q are.
        place = np.searchsorted(np.cumsum(weights), draw.random() * weights.sum(), side="right")
        before, here = here, int(options_here[min(place, len(options_here) - 1)])
        yield here


def within(graph: Graph, node: int, hops: int) -> set[int]:
    """Return the nodes at most so many hops from a node, itself among them."""
    found, edge = {node}, [node]
    for _ in range(hops):
        edge = sorted({int(each) for here in edge for each in graph.of(here)} - found)
        found |= set(edge)
    return found


def _outside(near: set[int], count: int, draw: np.random.Generator, options: WalkOptions) -> int:
    if not options.negatives or len(near) >= count:
        return NONE
    for _ in range(DRAWS_MAX):
        if (found := int(draw.integers(count))) not in near:
            return found
    rest = [node for node in range(count) if node not in near]
    return rest[int(draw.integers(len(rest)))]
