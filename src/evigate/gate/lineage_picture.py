"""Where a lineage's boxes and lines stand: what was used on the left, what became of it right.

Pure geometry in pixels; the template draws it. A box stands in the column before the first thing it
was used for, so lines are short and all go rightwards.
"""

from collections import defaultdict
from dataclasses import dataclass

from evigate.gate.lineage import Edge, Lineage, Node

BOX_WIDTH, BOX_HEIGHT = 196, 46
COLUMN_GAP, ROW_GAP = 56, 12
MARGIN = 4
# What a box's width holds of the two lines in it.
LABEL_SHOWN, STATE_SHOWN = 23, 28


@dataclass(frozen=True, slots=True)
class Box:
    """A node's box by its upper left corner; `label` and `state` are cut to its width."""

    node: Node
    x: int
    y: int
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as an SVG path from the right of one box to the left of another."""

    edge: Edge
    path: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing; every box and line lies within width and height."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw_lineage(graph: Lineage) -> Picture:
    """Return the picture of a graph without cycles; nodes of a column keep their order."""
    columns = _columns(graph)
    rows: dict[int, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        rows[columns[node.id]].append(node)
    tallest = max(map(len, rows.values()))
    height = tallest * (BOX_HEIGHT + ROW_GAP) - ROW_GAP + 2 * MARGIN
    boxes = {
        node.id: _box(node, column, place, len(nodes), height)
        for column, nodes in rows.items()
        for place, node in enumerate(nodes)
    }
    width = (max(rows) + 1) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP + 2 * MARGIN
    lines = tuple(Line(e, _path(boxes[e.source], boxes[e.target])) for e in graph.edges)
    return Picture(width, height, tuple(boxes[node.id] for node in graph.nodes), lines)


def _columns(graph: Lineage) -> dict[str, int]:
    """Return each node's column, the leftmost being 0."""
    following: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        following[edge.source].append(edge.target)
    steps: dict[str, int] = {}

    def steps_to_end(name: str) -> int:
        if name not in steps:
            steps[name] = 1 + max((steps_to_end(each) for each in following[name]), default=-1)
        return steps[name]

    longest = max(steps_to_end(node.id) for node in graph.nodes)
    return {node.id: longest - steps[node.id] for node in graph.nodes}


def _box(node: Node, column: int, place: int, count: int, height: int) -> Box:
    used = count * (BOX_HEIGHT + ROW_GAP) - ROW_GAP
    y = (height - used) // 2 + place * (BOX_HEIGHT + ROW_GAP)
    x = MARGIN + column * (BOX_WIDTH + COLUMN_GAP)
    state = " · ".join(filter(None, [node.kind, node.state.lower().replace("_", " ")]))
    return Box(node, x, y, _cut(node.label, LABEL_SHOWN), _cut(state, STATE_SHOWN))


def _path(start: Box, end: Box) -> str:
    x1, y1 = start.x + BOX_WIDTH, start.y + BOX_HEIGHT // 2
    x2, y2 = end.x, end.y + BOX_HEIGHT // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
