"""Drafts for a whole module: each document in turn, its share of the items by its length."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from evigate.learning.building.options import BuildOptions
from evigate.learning.generate import (
    DraftItem,
    Limits,
    Objective,
    Progress,
    SourceText,
    generate,
)
from evigate.learning.generate.models import SHARES

ITEMS_A_DOCUMENT_MIN = 5


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was drafted from a module's documents.

    `overviews` are topics, concept maps and study plans; `objective_of` names, by an item's key,
    the objective it serves best; `refused` counts sentences that were left out, by reason;
    `producers` name, by key, whoever wrote an item if it was not the offline writer; `params` and
    `prompt_id` are what a model was asked with; `without_items` are the documents that gave no
    item, each as {document_id, document, reason}.
    """

    items: tuple[DraftItem, ...]
    overviews: tuple[DraftItem, ...]
    objectives: tuple[Objective, ...]
    objective_of: dict[str, str]
    refused: dict[str, int]
    producers: dict[str, str] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=lambda: {"calls": 0, "cost_micros": 0})
    params: dict[str, Any] = field(default_factory=dict)
    prompt_id: UUID | None = None
    without_items: tuple[dict[str, str], ...] = ()


def draft_all(
    sources: Sequence[SourceText],
    options: BuildOptions,
    on_progress: Callable[[int, int], None],
) -> Drafted:
    """Return drafts from every document, in the order of the documents.

    An item that two documents give alike is drafted once, from the first.
    """
    weights = [sum(len(chunk.text) for chunk in source.chunks) for source in sources]
    items: dict[tuple[str, str], DraftItem] = {}
    overviews: list[DraftItem] = []
    objectives: dict[str, Objective] = {}
    objective_of: dict[str, str] = {}
    refused: Counter[str] = Counter()
    without: list[dict[str, str]] = []
    for number, source in enumerate(sources):
        share = options.items * weights[number] / (sum(weights) or 1)

        def tell(progress: Progress, number: int = number) -> None:
            on_progress(round(100 * (number + progress.share) / len(sources)), 100)

        found = generate(
            source,
            objectives=options.objectives,
            limits=Limits(
                items=max(ITEMS_A_DOCUMENT_MIN, round(share)), shares=_shares(options.kinds)
            ),
            progress=tell,
        )
        for item in found.items:
            items.setdefault((item.kind, item.key), item)
        others = (found.topics, found.taxonomy, found.study_plan)
        overviews += [each for each in others if each is not None]
        for objective in found.objectives:
            objectives.setdefault(objective.text, objective)
        for text, keys in found.by_objective.items():
            for key in keys:
                objective_of.setdefault(key, text)
        refused.update(found.refused)
        if found.reason:
            named = {"document_id": str(source.document_id), "document": source.title}
            without.append({**named, "reason": found.reason})
    return Drafted(
        tuple(items.values()),
        tuple(overviews),
        tuple(objectives.values()),
        objective_of,
        dict(refused),
        without_items=tuple(without),
    )


def _shares(kinds: Sequence[str]) -> dict[str, int]:
    return {kind: share for kind, share in SHARES.items() if not kinds or kind in kinds}
