"""The payloads of learning's artifacts: one model a kind, from which its JSON Schema follows.

Invariants that a JSON Schema cannot say (one key among the options, one blank, an order that names
each step) are validators here; `SCHEMA_VERSION` goes into every artifact and changes with a model.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION = "1"
BLANK = "_____"
OPTIONS_MIN, OPTIONS_MAX = 3, 5

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Short = Annotated[str, Field(min_length=1, max_length=300)]


class Payload(BaseModel):
    """What every item has: where in the text it belongs and what it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    concept: str = Field(default="", max_length=300, description="The term it is about.")
    objective: str = Field(default="", max_length=500, description="What it assesses.")
    section: tuple[str, ...] = Field(default=(), description="The headings above its source.")
    explanation: str = Field(default="", max_length=2_000, description="Shown with the answer.")
    hint: str = Field(default="", max_length=500)


class Option(BaseModel):
    """One answer to choose; `feedback` is shown to whoever chose it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    text: Short
    feedback: str = Field(default="", max_length=500)


class McqItem(Payload):
    """Multiple choice with one right answer."""

    stem: Text
    options: Annotated[tuple[Option, ...], Field(min_length=OPTIONS_MIN, max_length=OPTIONS_MAX)]
    key: Annotated[str, Field(pattern=r"^[A-Z]$")]

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        _distinct([option.id for option in self.options], "option ids")
        _distinct([option.text.casefold().strip() for option in self.options], "option texts")
        if self.key not in {option.id for option in self.options}:
            raise ValueError(f"the key {self.key!r} is none of the options")
        return self

    @property
    def answer(self) -> str:
        """The text of the right option."""
        return next(option.text for option in self.options if option.id == self.key)


class TrueFalseItem(Payload):
    """A statement to judge; a false one says what is right."""

    stem: Text
    key: bool
    correction: str = Field(default="", max_length=2_000)

    @model_validator(mode="after")
    def _false_is_corrected(self) -> Self:
        if not self.key and not self.correction:
            raise ValueError("a false statement needs its correction")
        return self


class ClozeItem(Payload):
    """A sentence with one blank; `accepted` are other spellings of the key."""

    stem: Text
    key: Short
    accepted: tuple[Short, ...] = ()

    @model_validator(mode="after")
    def _one_blank(self) -> Self:
        if self.stem.count(BLANK) != 1:
            raise ValueError(f"the stem has {self.stem.count(BLANK)} blanks, not one")
        return self


class RubricLine(BaseModel):
    """A point of a free answer: what it has to say, and what that is worth."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Short
    points: Annotated[int, Field(ge=1, le=10)] = 1


class ShortAnswerItem(Payload):
    """A question answered in one's own words, graded against the key and the rubric."""

    stem: Text
    key: Text
    accepted: tuple[Short, ...] = ()
    rubric: Annotated[tuple[RubricLine, ...], Field(min_length=1, max_length=8)]


class Flashcard(Payload):
    """A term or question in front, its meaning on the back."""

    front: Text
    back: Text


class Step(BaseModel):
    """One thing to put in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    text: Short


class OrderingItem(Payload):
    """Steps to put in order; they are listed shuffled, the key names them in order."""

    stem: Text
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=8)]
    key: tuple[str, ...]

    @model_validator(mode="after")
    def _key_orders_all(self) -> Self:
        _distinct([step.text.casefold().strip() for step in self.steps], "step texts")
        if sorted(self.key) != sorted(step.id for step in self.steps):
            raise ValueError("the key does not name each step once")
        return self


class Pair(BaseModel):
    """A left side and the right side that belongs to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[A-Z]$")]
    left: Short
    right: Short


class MatchingItem(Payload):
    """Pairs to put together; both sides are distinct."""

    stem: Text
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=8)]

    @model_validator(mode="after")
    def _sides_are_distinct(self) -> Self:
        _distinct([pair.id for pair in self.pairs], "pair ids")
        _distinct([pair.left.casefold().strip() for pair in self.pairs], "left sides")
        _distinct([pair.right.casefold().strip() for pair in self.pairs], "right sides")
        return self


class SectionTopic(BaseModel):
    """A section of the text: its topic, how hard it is (1 introductory to 5 expert), a summary."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Short
    topic: Short
    difficulty: Annotated[int, Field(ge=1, le=5)]
    summary: Text
    path: tuple[str, ...] = ()


class SectionTopics(Payload):
    """The topics of a module's sections, in reading order."""

    sections: Annotated[tuple[SectionTopic, ...], Field(min_length=1, max_length=500)]


class TaxonomyNode(BaseModel):
    """A concept, what the text says it is, and the narrower concepts below it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Short
    description: str = Field(default="", max_length=1_000)
    children: tuple["TaxonomyNode", ...] = ()


class Taxonomy(Payload):
    """A module's concepts as a tree; a proposal until it is approved."""

    nodes: Annotated[tuple[TaxonomyNode, ...], Field(min_length=1, max_length=200)]


class StudyStep(BaseModel):
    """A section to study, about how long it takes, and which steps come before it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Short
    minutes: Annotated[int, Field(ge=1, le=600)]
    concepts: tuple[Short, ...] = ()
    after: tuple[Short, ...] = ()


class StudyPlan(Payload):
    """Sections in the order to study them: what a step needs is defined in an earlier one."""

    steps: Annotated[tuple[StudyStep, ...], Field(min_length=1, max_length=500)]


Difficulty = Literal["introductory", "intermediate", "advanced"]

# The kind of each artifact; the learning bank's type is the part after the dot, in capitals.
MODELS: dict[str, type[Payload]] = {
    "learning.mcq_item": McqItem,
    "learning.true_false_item": TrueFalseItem,
    "learning.cloze_item": ClozeItem,
    "learning.short_answer_item": ShortAnswerItem,
    "learning.flashcard": Flashcard,
    "learning.ordering_item": OrderingItem,
    "learning.matching_item": MatchingItem,
    "learning.section_topics": SectionTopics,
    "learning.taxonomy": Taxonomy,
    "learning.study_plan": StudyPlan,
}
QUESTION_KINDS = tuple(
    kind
    for kind in MODELS
    if kind not in ("learning.section_topics", "learning.taxonomy", "learning.study_plan")
)


def _distinct(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise ValueError(f"{what} repeat")
