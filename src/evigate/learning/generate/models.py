"""What generation takes and gives: a document as text with places, and drafts that cite it.

They are plain frozen values; a payload is the kind's own model, so what is made here is valid by
construction, and a citation's quote is always a literal part of its chunk's text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from evigate.evidence.chunks import ChunkKind
from evigate.learning.items.payloads import Difficulty, Payload

# Texts in, one row of numbers each out, in their order; rows need not be of length one.
Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class SourceChunk:
    """A chunk as generation reads it; `sha256` is `Chunk.digest`."""

    sha256: str
    text: str
    page: int
    heading_path: tuple[str, ...] = ()
    kind: ChunkKind = "prose"


@dataclass(frozen=True, slots=True)
class SourceText:
    """
    One document in reading order.

    `marked` are the terms that it sets in bold, `glossary` the pairs (term, meaning) that it gives
    itself; both may be empty.
    """

    document_id: UUID
    chunks: tuple[SourceChunk, ...]
    title: str = ""
    marked: tuple[str, ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()


class Cited(NamedTuple):
    """Where a draft's fact stands; `quote` is one or more whole sentences of the chunk's text."""

    document_id: UUID
    chunk_sha256: str
    page: int
    quote: str


@dataclass(frozen=True, slots=True)
class DraftItem:
    """
    An item before the gate.

    `quality` in 0..1 orders drafts of one kind, better first; `difficulty_prior` in 0..1 is a guess
    from the text alone, harder is higher; `key` names the item's identity: the same question on the
    same answer has the same key in every build.
    """

    kind: str
    payload: Payload
    citations: tuple[Cited, ...]
    difficulty: Difficulty
    difficulty_prior: float
    tags: tuple[str, ...]
    concept: str
    key: str
    quality: float


@dataclass(frozen=True, slots=True)
class Objective:
    """What a learner should be able to do: given, listed by the text, proposed, or by a model."""

    text: str
    origin: Literal["given", "listed", "proposed", "model"]
    section: tuple[str, ...] = ()


# How many in a hundred items are of each kind, as far as the text has them.
SHARES: Mapping[str, int] = {
    "learning.mcq_item": 30,
    "learning.cloze_item": 20,
    "learning.flashcard": 18,
    "learning.true_false_item": 16,
    "learning.short_answer_item": 16,
    "learning.ordering_item": 6,
    "learning.matching_item": 6,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much to make of one document.

    Attributes:
        items: at most so many drafts in all.
        per_term: at most so many drafts about one term, over all kinds.
        shares: the weight of each kind; a kind that is not named is not made.
        terms: at most so many key terms are looked for.
        quality_min: drafts below this quality are left out ...
        enough, quality_low: ... except where fewer than `enough` are found: then the best of those
            that reach `quality_low` fill up to it.
    """

    items: int = 120
    per_term: int = 2
    shares: Mapping[str, int] = field(default_factory=lambda: SHARES)
    terms: int = 400
    quality_min: float = 0.6
    enough: int = 40
    quality_low: float = 0.55


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: the share that is done, 0..1, and the section it was of, if of one."""

    share: float
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generated:
    """
    What was made of one document.

    Attributes:
        items: best first in each kind, the kinds and sections mixed.
        topics, taxonomy, study_plan: each a draft of its kind, or None when the text has none.
        objectives: given, listed by the text, or proposed, in that order.
        by_objective: for each objective's text the keys of items that assess it, best first.
        coverage: for every chunk its digest and how many items cite it; 0 where none does.
        refused: how many sentences were left out, by reason.
        reason: why there are no items; empty when there are some.
    """

    items: tuple[DraftItem, ...]
    topics: DraftItem | None
    taxonomy: DraftItem | None
    study_plan: DraftItem | None
    objectives: tuple[Objective, ...]
    by_objective: Mapping[str, tuple[str, ...]]
    coverage: Mapping[str, int]
    refused: Mapping[str, int] = field(default_factory=dict[str, int])
    reason: str = ""

    def all_drafts(self) -> tuple[DraftItem, ...]:
        """Return every draft: the items, then topics, taxonomy and study plan where there are."""
        others: tuple[Any, ...] = (self.topics, self.taxonomy, self.study_plan)
        return (*self.items, *(one for one in others if one is not None))
