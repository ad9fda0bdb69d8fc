"""The graph of a specification, and the picture of what stands around one of its parts.

Pure. Words lead to requirements, these to features, records, calls, tests and tasks; a picture has
one part in the middle, what leads to it on the left and what it leads to on the right.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]
KINDS = ("quote", "requirement", "feature", "entity", "endpoint", "test", "task")
BOX_WIDTH, BOX_HEIGHT = 236, 44
COLUMN_GAP, ROW_GAP, MARGIN = 64, 10, 4
LABEL_SHOWN = 32
NEIGHBOURS_MAX = 40


@dataclass(frozen=True, slots=True)
class Node:
    """A part: `id` is its kind and its own id; `label` is what people call it."""

    id: str
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place in a picture, in pixels from its upper left corner."""

    node: Node
    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands around a part; `left_out` counts neighbours beyond the bound."""

    width: int
    height: int
    centre: Box
    before: tuple[Box, ...]
    after: tuple[Box, ...]
    paths: tuple[str, ...]
    left_out: int


class Graph:
    """The parts of a specification and what leads to what."""

    def __init__(self, payload: Payload) -> None:
        self.nodes: dict[str, Node] = {}
        self._after: dict[str, list[str]] = defaultdict(list)
        self._before: dict[str, list[str]] = defaultdict(list)
        for node in _nodes(payload):
            self.nodes.setdefault(node.id, node)
        for one, other in _edges(payload):
            if one in self.nodes and other in self.nodes and other not in self._after[one]:
                self._after[one].append(other)
                self._before[other].append(one)

    def picture(self, at: str) -> Picture | None:
        """Return what stands around a part; None where there is no such part."""
        if at not in self.nodes:
            return None
        before = [self.nodes[each] for each in self._before[at]]
        after = [self.nodes[each] for each in self._after[at]]
        shown = (before[:NEIGHBOURS_MAX], after[:NEIGHBOURS_MAX])
        rows = max(1, *map(len, shown))
        height = rows * (BOX_HEIGHT + ROW_GAP) - ROW_GAP + 2 * MARGIN
        left, right = (
            _column(nodes, column, height) for nodes, column in zip(shown, (0, 2), strict=True)
        )
        centre = _column([self.nodes[at]], 1, height)[0]
        paths = [_path(box, centre) for box in left] + [_path(centre, box) for box in right]
        width = 3 * BOX_WIDTH + 2 * COLUMN_GAP + 2 * MARGIN
        left_out = len(before) + len(after) - len(left) - len(right)
        return Picture(width, height, centre, left, right, tuple(paths), left_out)


def _nodes(payload: Payload) -> Iterator[Node]:
    for each in payload["requirements"]:
        yield Node(f"requirement:{each['id']}", "requirement", each["id"])
        for source in each["sources"]:
            yield Node(_quote(source), "quote", source["quote"])
    for name, kind, key, label in (
        ("features", "feature", "key", "title"),
        ("entities", "entity", "key", "title"),
        ("endpoints", "endpoint", "id", "id"),
        ("tests", "test", "id", "id"),
        ("tasks", "task", "id", "title"),
    ):
        for each in payload[name]:
            yield Node(f"{kind}:{each[key]}", kind, each[label])


def _edges(payload: Payload) -> Iterator[tuple[str, str]]:
    kinds = {"features": "feature", "entities": "entity", "endpoints": "endpoint",
             "tests": "test", "tasks": "task"}  # fmt: skip
    for each in payload["requirements"]:
        at = f"requirement:{each['id']}"
        for source in each["sources"]:
            yield _quote(source), at
        for name, kind in kinds.items():
            for key in each["traces"][name]:
                yield at, f"{kind}:{key}"
    for each in payload["endpoints"]:
        yield f"entity:{each['thing']}", f"endpoint:{each['id']}"
    for each in payload["tests"]:
        if each["endpoint"]:
            yield f"endpoint:{each['endpoint']}", f"test:{each['id']}"


def _quote(source: Payload) -> str:
    return f"quote:{source['text']}:{source['start']}-{source['end']}"


def _column(nodes: Sequence[Node], column: int, height: int) -> tuple[Box, ...]:
    used = len(nodes) * (BOX_HEIGHT + ROW_GAP) - ROW_GAP
    top = max(MARGIN, (height - used) // 2)
    x = MARGIN + column * (BOX_WIDTH + COLUMN_GAP)
    return tuple(
        Box(node, x, top + place * (BOX_HEIGHT + ROW_GAP), _cut(node.label))
        for place, node in enumerate(nodes)
    )


def _path(start: Box, end: Box) -> str:
    x1, y1 = start.x + BOX_WIDTH, start.y + BOX_HEIGHT // 2
    x2, y2 = end.x, end.y + BOX_HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def _cut(text: str) -> str:
    return text if len(text) <= LABEL_SHOWN else f"{text[: LABEL_SHOWN - 1].rstrip()}…"
