"""The claim reader as an agent: what a model is given, and the form of what it must return.

By default nobody asks it: the offline extractor reads layout, which an agent's passages do not
hold. So the built-in answer is none, and the caller takes the offline claims instead.
"""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import Agent, Answer, Passage

NAME = "claim_reader"
VERSION = "1"
PROMPT = "papers.claim_reader"
CLAIMS_MAX = 120
DIGITS_MAX = 60


class ReaderInput(BaseModel):
    """Which paper it is; its pages are the passages."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", max_length=500)


class ReadClaim(BaseModel):
    """A number that the paper reports as a result, with the words that print it."""

    model_config = ConfigDict(extra="forbid")

    passage: str = Field(max_length=40, description="The page's id.")
    quote: str = Field(min_length=1, max_length=2000, description="Words copied from the page.")
    metric: str = Field(min_length=1, max_length=300)
    value: Decimal = Field(allow_inf_nan=False, max_digits=DIGITS_MAX, description="As printed.")
    dataset: str | None = Field(default=None, max_length=300)
    split: str | None = Field(default=None, max_length=300)
    units: str | None = Field(default=None, max_length=40)
    method: str | None = Field(default=None, max_length=300)
    is_own_method: bool = False


class ReaderOutput(BaseModel):
    """The claims of some pages; none where they report no results."""

    model_config = ConfigDict(extra="forbid")

    claims: list[ReadClaim] = Field(default_factory=list, max_length=CLAIMS_MAX)


def _no_answer(_given: ReaderInput, _passages: Sequence[Passage]) -> Answer:
    return Answer(ReaderOutput())


CLAIM_READER = Agent(
    name=NAME,
    version=VERSION,
    input=ReaderInput,
    output=ReaderOutput,
    builtin=_no_answer,
    prompt_name=PROMPT,
    description="Reads results out of a paper's pages, each with the words that print it.",
)
