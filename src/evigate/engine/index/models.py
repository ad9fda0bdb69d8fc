"""What an index speaks of: how near two vectors are, and how a segment's graph is built."""

from dataclasses import dataclass

from evigate.base.choices import Choice
from evigate.engine.catalog.models import Precision


class Metric(Choice):
    """How near a row is to a query; a larger score is nearer for each of them.

    `cosine` scores by the cosine, `ip` by the inner product, `l2` by the negative squared distance.
    """

    COSINE = "cosine"
    IP = "ip"
    L2 = "l2"


# Candidates fetched for each hit wanted, before exact rescoring; binary codes are far coarser.
OVERSAMPLE = {
    Precision.F32: 1,
    Precision.BF16: 4,
    Precision.F16: 4,
    Precision.I8: 4,
    Precision.BINARY: 32,
}

# Below this many numbers in a segment a scan costs no more than a walk through a graph: 20,000 x
# 384 takes 0.7 ms on one Zen 4 core, a graph of that size 0.2 to 0.5 ms at recall .95, and a scan
# never misses.
GRAPH_NUMBERS_MIN = 8_000_000


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """How a graph is built: links a node, and how many candidates an insertion weighs."""

    connectivity: int = 16
    expansion_add: int = 128
