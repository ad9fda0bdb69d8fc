"""The forms in which a model judge answers: their shape, and what an answer must cover.

A judge runs as an agent, so an answer that breaks its form is repaired once, asked for anew once,
and then the built-in check judges. `places` are what a question asks about: claims by their number,
options by their letter.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evigate.gate.checks.models import EvalType

CLAIMS_MAX = 20
NEIGHBOURS_MAX = 10
OPTIONS_MAX = 10

Text = Annotated[str, Field(max_length=4_000)]


class Form(BaseModel):
    """A judge's answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def faults(self, places: Sequence[str]) -> list[str]:
        """Return what the answer lacks beside its shape; nothing, unless a form asks for more."""
        return []


class JudgedClaim(BaseModel):
    """One claim, how far the passages bear it out, and the words that do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    claim: int
    verdict: Literal["supported", "partial", "unsupported"]
    quote: Text


class Claims(Form):
    """Each claim once."""

    claims: list[JudgedClaim] = Field(max_length=CLAIMS_MAX)

    def faults(self, places: Sequence[str]) -> list[str]:
        """Return that a claim is missing, doubled or made up."""
        return _once("claims", [str(each.claim) for each in self.claims], places)


class FoundAnswer(Form):
    """The answer that the passages hold, with a quote; empty texts where they hold none."""

    answerable: bool
    answer: Text
    quote: Text


class ChosenOption(Form):
    """An option's letter, or "none"."""

    choice: str = Field(max_length=10)

    def faults(self, places: Sequence[str]) -> list[str]:
        """Return that the letter is none of the options'."""
        known = (*places, "none")
        return [] if self.choice in known else [f"choice: one of {', '.join(known)}"]


class JudgedOption(BaseModel):
    """One wrong option: is it right as well, and might somebody choose it?"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    option: str = Field(max_length=10)
    also_correct: bool
    plausible: bool


class Distractors(Form):
    """Each wrong option once."""

    options: list[JudgedOption] = Field(max_length=OPTIONS_MAX)

    def faults(self, places: Sequence[str]) -> list[str]:
        """Return that an option is missing, doubled or made up."""
        return _once("options", [each.option for each in self.options], places)


class Rated(Form):
    """How hard a draft is, 1 (introductory) to 5 (expert), and why."""

    difficulty: int = Field(ge=1, le=5)
    reason: Text


class Likeness(Form):
    """How near the nearest other item is: the same question, one that overlaps, or another."""

    nearest: int | None
    likeness: Literal["same", "overlapping", "different"]
    reason: Text

    def faults(self, places: Sequence[str]) -> list[str]:
        """Return that the nearest item is none of those given."""
        if self.nearest is None:
            missing = self.likeness != "different"
            return ["nearest: say which item it is like"] if missing else []
        return [] if str(self.nearest) in places else ["nearest: there is no item of that number"]


class Verdict(Form):
    """Does the criterion hold, and why?"""

    verdict: Literal["yes", "partly", "no"]
    reason: Text


FORMS: Mapping[EvalType, type[Form]] = {
    EvalType.GROUNDEDNESS: Claims,
    EvalType.ANSWERABILITY: FoundAnswer,
    EvalType.ANSWER_CORRECTNESS: ChosenOption,
    EvalType.DISTRACTOR_QUALITY: Distractors,
    EvalType.DIFFICULTY_CALIBRATION: Rated,
    EvalType.DUPLICATION: Likeness,
}


def form_of(eval_type: EvalType) -> type[Form]:
    """Return the form for what is judged: its own, else a verdict by a criterion."""
    return FORMS.get(eval_type, Verdict)


def _once(name: str, found: Sequence[str], places: Sequence[str]) -> list[str]:
    if sorted(found) == sorted(places):
        return []
    return [f"{name}: exactly one entry for each of {', '.join(places)}"]
