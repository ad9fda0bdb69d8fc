"""The room's pictures as geometry: coverage, concept map, mastery, forgetting, answers, options.

Pure; templates draw what stands here. Across, places are percent of the picture's width, so that
one drawing fits every screen without script; down, they are pixels. Every picture comes with its
numbers as text beside it, so nothing is said by colour alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from evigate.learning.ability import ItemParameters, probability
from evigate.learning.bank.models import CoveredChunk

# More items than this on a passage are no darker: it is covered well by then.
HEAT_STEPS = 4
CELLS_SHOWN = 4_000
DEPTH_SHOWN = 3
TREE_ROW_PX = 28
TREE_INDENT_PX = 24
TREE_NODES_MAX = 400
LABEL_CHARS = 60
# Abilities lie within these, three standard deviations of the learners that items are scaled to.
THETA_MAX = 3.0
# Of a characteristic curve, on each side of the middle; three of them are rows of its table.
CURVE_STEPS = 30
# The normal quantile of an interval that holds 80 %, as mastery's intervals do.
Z_80 = 1.2816


def coverage_map(
    chunks: Sequence[CoveredChunk], labels: Mapping[UUID, str], base: str
) -> dict[str, Any]:
    """Return the heat map of a module's text: documents, their sections, a cell a passage.

    Args:
        chunks: by document, in reading order.
        labels: documents' titles by id.
        base: the module's address; passages are at /passages/ID below it, texts at /text/ID.
    """
    shown = chunks[:CELLS_SHOWN]
    documents: dict[UUID, dict[str, Any]] = {}
    for chunk in shown:
        document = documents.setdefault(
            chunk.document_id,
            {
                "title": labels.get(chunk.document_id, ""),
                "href": f"{base}/text/{chunk.document_id}",
                "sections": [],
            },
        )
        path = chunk.heading_path
        title = " › ".join(path) or "Before the first heading"
        sections = document["sections"]
        if not sections or sections[-1]["title"] != title:
            sections.append(
                {
                    "title": title,
                    "label": path[-1] if path else title,
                    "depth": min(max(len(path) - 1, 0), DEPTH_SHOWN),
                    "cells": [],
                    "passages": 0,
                    "covered": 0,
                    "items": 0,
                }
            )
        section = sections[-1]
        section["passages"] += 1
        section["covered"] += bool(chunk.approved)
        section["items"] += chunk.approved
        section["cells"].append(_cell(chunk, f"{base}/passages"))
    return {
        "documents": list(documents.values()),
        "passages": len(chunks),
        "covered": sum(bool(chunk.approved) for chunk in chunks),
        "left_out": len(chunks) - len(shown),
        "steps": range(HEAT_STEPS + 1),
    }


def _cell(chunk: CoveredChunk, base: str) -> dict[str, Any]:
    items = "1 approved item" if chunk.approved == 1 else f"{chunk.approved} approved items"
    waiting = f", {chunk.pending} waiting" if chunk.pending else ""
    return {
        "href": f"{base}/{chunk.id}",
        "step": min(chunk.approved, HEAT_STEPS),
        "is_prose": chunk.kind == "prose",
        "label": f"Passage {chunk.ordinal + 1}, page {chunk.page}: {items}{waiting}",
    }


def draw_tree(nodes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a concept map laid out: a row a concept, its line from the concept above it.

    At most `TREE_NODES_MAX` concepts are drawn; `left_out` counts the others.
    """
    rows: list[dict[str, Any]] = []

    def walk(level: Sequence[Mapping[str, Any]], depth: int, parent_y: float | None) -> None:
        for node in level:
            y = len(rows) * TREE_ROW_PX + TREE_ROW_PX / 2
            rows.append(
                {"x": depth * TREE_INDENT_PX + 8, "y": y, "parent_y": parent_y, **_said(node)}
            )
            walk(node.get("children", ()), depth + 1, y)

    walk(nodes, 0, None)
    drawn = rows[:TREE_NODES_MAX]
    return {
        "nodes": drawn,
        "height": len(drawn) * TREE_ROW_PX,
        "width": max((row["x"] + 12 + 7.5 * len(row["label"]) for row in drawn), default=0),
        "left_out": len(rows) - len(drawn),
    }


def _said(node: Mapping[str, Any]) -> dict[str, Any]:
    name = str(node["name"])
    label = name if len(name) <= LABEL_CHARS else f"{name[: LABEL_CHARS - 1]}…"
    return {"name": name, "label": label, "about": str(node.get("description", ""))}


def theta_x(theta: float) -> float:
    """Return where an ability stands across, in percent; beyond the scale at its end."""
    bounded = max(-THETA_MAX, min(THETA_MAX, theta))
    return round(100 * (bounded + THETA_MAX) / (2 * THETA_MAX), 2)


def ability_bar(theta: float | None, se: float | None) -> dict[str, Any] | None:
    """Return an ability with its 80 % interval, placed across; None where it is not known."""
    if theta is None or se is None:
        return None
    low, high = theta - Z_80 * se, theta + Z_80 * se
    return {
        "theta": theta,
        "low": low,
        "high": high,
        "x": theta_x(theta),
        "low_x": theta_x(low),
        "high_x": theta_x(high),
        "words": _ability_words(theta, se),
    }


def _ability_words(theta: float, se: float) -> str:
    if se > 0.8:
        return "Too few answers to tell yet."
    if theta < -0.5:
        return "Below the middle of these questions: go through the easier ones again."
    if theta > 0.5:
        return "Above the middle of these questions."
    return "About the middle of these questions."


def curve_points(points: Sequence[tuple[float, float]]) -> str:
    """Return a forgetting curve as points of a polyline in a box of 100 by 100; shares are 0..1."""
    if not points:
        return ""
    last = points[-1][0] or 1.0
    return " ".join(f"{100 * day / last:.2f},{100 * (1 - share):.2f}" for day, share in points)


def characteristic(a: float | None, b: float | None) -> dict[str, Any] | None:
    """Return an item's characteristic curve: the chance of a right answer over ability.

    A polyline in a box of 100 by 100, abilities from -`THETA_MAX` to it; with the numbers for a
    table, and where the chance is one half across, in percent. None where a or b is not known.
    """
    if a is None or b is None:
        return None
    item = ItemParameters(a, b, None, None)
    steps = [THETA_MAX * (step - CURVE_STEPS) / CURVE_STEPS for step in range(2 * CURVE_STEPS + 1)]
    points = [(theta, probability(theta, item)) for theta in steps]
    return {
        "points": " ".join(f"{theta_x(theta):.2f},{100 * (1 - p):.2f}" for theta, p in points),
        "rows": points[:: CURVE_STEPS // 3],
        "middle_x": theta_x(b) if abs(b) <= THETA_MAX else None,
    }


def option_rows(
    options: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str], key: str | None
) -> list[dict[str, Any]]:
    """Return how often each option was chosen, with the share as a bar's width in percent."""
    return [
        {
            "name": name,
            "text": texts.get(name, ""),
            "is_key": name == key,
            "n": found["n"],
            "share": found["share"],
            "rpbis": found["rpbis"],
        }
        for name, found in options.items()
    ]
