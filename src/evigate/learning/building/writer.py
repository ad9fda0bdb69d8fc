"""The item writer as an agent: offline rules by default, a model behind the same output by choice.

The built-in writer is `learning.generate`. A model is given a few passages at a time and returns
items with the words each rests on; an item whose words stand in none of its passages letter by
letter is left out, and whatever remains is judged at the gate like any other draft.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import Agent, Answer, Limits, Passage
from evigate.learning.generate import Cited, DraftItem, SourceChunk, SourceText, generate
from evigate.learning.generate import Limits as DraftLimits
from evigate.learning.generate.drafts import identity, prior_of
from evigate.learning.generate.phrases import INSTRUCTION
from evigate.learning.items.kinds import answer_of, question_of
from evigate.learning.items.payloads import (
    ClozeItem,
    Difficulty,
    Flashcard,
    MatchingItem,
    McqItem,
    OrderingItem,
    ShortAnswerItem,
    TrueFalseItem,
)

NAME = "item_writer"
VERSION = "1"
PROMPT = "learning.item_writer"
QUOTES_MAX = 8
ITEMS_MAX = 60
SENTENCE_ENDS = ".!?\n"


class WriterInput(BaseModel):
    """What to write: at most `count` items, of the kinds named (all if none), for objectives."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    count: int = Field(default=10, ge=1, le=ITEMS_MAX)
    kinds: list[str] = Field(default_factory=list)
    objectives: list[str] = Field(default_factory=list)


class QuoteOut(BaseModel):
    """Words that an item rests on, copied from a passage."""

    model_config = ConfigDict(extra="forbid")

    passage: str
    quote: str = Field(min_length=1, max_length=4_000)


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quotes: list[QuoteOut] = Field(min_length=1, max_length=QUOTES_MAX)
    difficulty: Difficulty = "intermediate"


class WrittenMcq(_Written):
    """Multiple choice."""

    kind: Literal["learning.mcq_item"]
    item: McqItem


class WrittenTrueFalse(_Written):
    """True or false."""

    kind: Literal["learning.true_false_item"]
    item: TrueFalseItem


class WrittenCloze(_Written):
    """A sentence with a blank."""

    kind: Literal["learning.cloze_item"]
    item: ClozeItem


class WrittenShortAnswer(_Written):
    """A question to answer in one's own words."""

    kind: Literal["learning.short_answer_item"]
    item: ShortAnswerItem


class WrittenFlashcard(_Written):
    """A term and its meaning."""

    kind: Literal["learning.flashcard"]
    item: Flashcard


class WrittenOrdering(_Written):
    """Steps to put in order."""

    kind: Literal["learning.ordering_item"]
    item: OrderingItem


class WrittenMatching(_Written):
    """Pairs to put together."""

    kind: Literal["learning.matching_item"]
    item: MatchingItem


WrittenItem = Annotated[
    WrittenMcq
    | WrittenTrueFalse
    | WrittenCloze
    | WrittenShortAnswer
    | WrittenFlashcard
    | WrittenOrdering
    | WrittenMatching,
    Field(discriminator="kind"),
]


class WriterOutput(BaseModel):
    """Items, each with the words it rests on; none where the passages hold nothing to ask."""

    model_config = ConfigDict(extra="forbid")

    items: list[WrittenItem] = Field(max_length=ITEMS_MAX)


def write_offline(given: WriterInput, passages: Sequence[Passage]) -> Answer:
    """Write items by the offline rules; passages are read in the order given."""
    chunks = tuple(SourceChunk(each.id, each.text, 1) for each in passages)
    source = SourceText(UUID(int=0), chunks, given.title)
    found = generate(source, objectives=given.objectives, limits=DraftLimits(items=given.count))
    kept = [each for each in found.items if not given.kinds or each.kind in given.kinds]
    values = [
        {
            "kind": each.kind,
            "item": each.payload.model_dump(mode="json"),
            "difficulty": each.difficulty,
            "quotes": [
                {"passage": cited.chunk_sha256, "quote": cited.quote} for cited in each.citations
            ][:QUOTES_MAX],
        }
        for each in kept
    ]
    return Answer(WriterOutput.model_validate({"items": values}))


WRITER = Agent(
    name=NAME,
    version=VERSION,
    input=WriterInput,
    output=WriterOutput,
    builtin=write_offline,
    prompt_name=PROMPT,
    description="Writes quiz items from passages, each with the words it rests on.",
    limits=Limits(),
)


def drafts_of(
    output: WriterOutput, chunks: Iterable[SourceChunk], document_id: UUID
) -> Iterator[DraftItem]:
    """Yield what a writer wrote as drafts.

    Left out are items whose words stand nowhere, and those whose words are an order to a machine:
    a model may have obeyed what it should have read.
    """
    texts = {chunk.sha256: chunk for chunk in chunks}
    for each in output.items:
        cited = [
            Cited(document_id, quote.passage, texts[quote.passage].page, quote.quote)
            for quote in each.quotes
            if quote.passage in texts and _is_said(quote.quote, texts[quote.passage].text)
        ]
        if len(cited) < len(each.quotes):
            continue
        question, answer = question_of(each.item), answer_of(each.item)
        yield DraftItem(
            kind=each.kind,
            payload=each.item,
            citations=tuple(cited),
            difficulty=each.difficulty,
            difficulty_prior=prior_of(each.kind, f"{question} {answer}"),
            tags=(each.item.concept,) if each.item.concept else (),
            concept=each.item.concept,
            key=identity(each.kind, question, answer),
            quality=1.0,
        )


def _is_said(quote: str, text: str) -> bool:
    """Say whether a passage holds a quote, in sentences that give a machine no orders."""
    start = text.find(quote)
    if start < 0:
        return False
    first = max(text.rfind(mark, 0, start) for mark in SENTENCE_ENDS) + 1
    ends = [text.find(mark, start + len(quote) - 1) for mark in SENTENCE_ENDS]
    last = min((end for end in ends if end >= 0), default=len(text))
    return INSTRUCTION.search(text[first:last]) is None
