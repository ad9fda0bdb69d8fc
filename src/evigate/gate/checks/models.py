"""What a check is given, and what it answers.

A check never sees the shape of a payload: each artifact kind turns its payload into a `Reading`
(its texts, question, key, options and claims), so one check serves every kind. A score is in 0..1,
higher is better, except where a check says otherwise; None with a reason means that it could not
be measured, which is neither a pass nor a zero.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from evigate.language.words import is_unspaced

Details = Mapping[str, Any]


class EvalType(StrEnum):
    """What is judged; the first six are the learning bank's own, in its spelling."""

    SCHEMA_VALIDATION = "SCHEMA_VALIDATION"
    GROUNDEDNESS = "GROUNDEDNESS"
    ANSWER_CORRECTNESS = "ANSWER_CORRECTNESS"
    DISTRACTOR_QUALITY = "DISTRACTOR_QUALITY"
    DIFFICULTY_CALIBRATION = "DIFFICULTY_CALIBRATION"
    CONCEPT_ALIGNMENT = "CONCEPT_ALIGNMENT"
    ANSWERABILITY = "ANSWERABILITY"
    QA_ALIGNMENT = "QA_ALIGNMENT"
    HIERARCHY_CORRECTNESS = "HIERARCHY_CORRECTNESS"
    CONCEPT_GROUNDEDNESS = "CONCEPT_GROUNDEDNESS"
    ITEM_FLAWS = "ITEM_FLAWS"
    DUPLICATION = "DUPLICATION"
    READABILITY = "READABILITY"
    SAFETY_PII = "SAFETY_PII"
    HUMAN_REVIEW = "HUMAN_REVIEW"


@dataclass(frozen=True, slots=True)
class Citation:
    """
    A literal quote and the passage it was taken from.

    `context` is the full text of the cited chunk; `start` and `end` are the quote's offsets in it,
    or None when the draft gave none. A citation that resolved to nothing has an empty context.
    """

    quote: str
    context: str
    document_id: str | None = None
    chunk_sha256: str | None = None
    page: int | None = None
    start: int | None = None
    end: int | None = None
    heading_path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose from."""

    id: str
    text: str
    is_key: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A node of a proposed taxonomy and the one above it."""

    parent: str
    child: str


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a draft says, whatever its kind.

    Attributes:
        kind: the artifact's kind.
        texts: every text a person will read, by its path in the payload.
        question: the stem or front; a cloze keeps its blank ("_____").
        answer: the text of the key.
        accepted: further answers that count as right.
        options: what can be chosen, in the order shown.
        claims: statements that the evidence must support, such as the stem filled with the key.
        tags: concepts that the draft says it is about; a taxonomy's nodes.
        links: a taxonomy's parents and children.
        concepts: the module's approved concepts; None when there are none to compare with.
        difficulty: the difficulty the draft claims, 1 (introductory) to 5 (expert).
    """

    kind: str
    texts: Mapping[str, str]
    question: str | None = None
    answer: str | None = None
    accepted: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    claims: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    concepts: tuple[str, ...] | None = None
    difficulty: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as the checks see it; `neighbours` are the texts of other items, bank and batch."""

    payload: Any
    schema: Mapping[str, Any]
    reading: Reading
    citations: tuple[Citation, ...]
    neighbours: tuple[str, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the cited passages that hold text, each once, in the order cited."""
        passages = (cited.context or cited.quote for cited in self.citations)
        return tuple(dict.fromkeys(text for text in passages if text.strip()))


@dataclass(frozen=True, slots=True)
class Score:
    """A score in 0..1 rounded to six places, or None and the reason why nothing was measured.

    `judged_by` is the name and version of another judge, where that one answered instead.
    """

    score: float | None
    details: Details = field(default_factory=dict)
    reason: str | None = None
    judged_by: tuple[str, str] | None = None


class Check(Protocol):
    """
    Scores one thing about a draft.

    `version` changes whenever the same draft could get another score. A built-in check answers at
    once and always the same; a judge that asks a model answers with an awaitable.
    """

    @property
    def eval_type(self) -> EvalType:
        """Return what is judged."""
        ...

    @property
    def name(self) -> str:
        """Return the judge's name."""
        ...

    @property
    def version(self) -> str:
        """Return the version of the scoring."""
        ...

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Return the model, its parameters and its prompt; empty where none is asked."""
        ...

    def score(self, draft: Draft, params: Mapping[str, Any]) -> Score | Awaitable[Score]:
        """Return the draft's score under the rule's parameters."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltinCheck:
    """
    A check that is a pure function: no model, no network, the same answer every time.

    `is_of_words` says that it compares words: of a text whose script sets no spaces between them,
    such as Chinese or Thai, it measures nothing.
    """

    eval_type: EvalType
    version: str
    scorer: Callable[[Draft, Mapping[str, Any]], Score]
    is_of_words: bool = True

    @property
    def name(self) -> str:
        """Return the judge's name."""
        return f"builtin:{self.eval_type.lower()}"

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Return nothing: no model is asked."""
        return {}

    def score(self, draft: Draft, params: Mapping[str, Any]) -> Score:
        """Return the draft's score under the rule's parameters."""
        said = " ".join((*draft.reading.texts.values(), *draft.reading.claims))
        if self.is_of_words and is_unspaced(said):
            return not_measured("the text sets no spaces between words, and this check reads words")
        return self.scorer(draft, params)


def measured(value: float, details: Details) -> Score:
    """Return a score; the rounding makes a threshold that is exactly hit compare as equal."""
    return Score(round(min(1.0, max(0.0, value)), 6), details)


def not_measured(reason: str) -> Score:
    """Return that nothing could be measured, and why."""
    return Score(None, {}, reason)
