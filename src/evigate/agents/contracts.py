"""The typed output that a run must return: how it is asked for, and what is believed of it.

A model's output is as untrusted as a stranger's upload. It is JSON of the declared shape and no
other, or it is broken and the errors say where; a claim counts only when its quote stands letter by
letter in a passage that the model was given.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from evigate.agents.messages import Claim, DroppedClaim, ModelReply, Passage

OUTPUT_CHARACTERS_MAX = 400_000
ERRORS_MAX = 20
ERROR_CHARACTERS_MAX = 300
CLAIMS_MAX = 200
# A word or two stands in any passage and proves nothing.
QUOTE_CHARACTERS_MIN = 12
_CODE_BLOCK = re.compile(r"```(?:json)?\s*\n(.*?)\n?```", re.S)


class ClaimIn(BaseModel):
    """A claim as a model sends it."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="The statement.", max_length=4000)
    quote: str = Field(description="Words copied from the passage, unchanged.", max_length=4000)
    passage: str = Field(description="The passage's id.", max_length=200)


@dataclass(frozen=True, slots=True)
class Answer:
    """An output that keeps the contract, with the claims that were confirmed and those dropped."""

    output: BaseModel
    claims: tuple[Claim, ...] = ()
    dropped: tuple[DroppedClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """Why an output is none; each error names a place and what is wrong with it."""

    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """What an agent must return; with `is_citing` its output comes in an envelope with claims."""

    output: type[BaseModel]
    is_citing: bool = False

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema that a model is shown."""
        if not self.is_citing:
            return self.output.model_json_schema()
        return _envelope(self.output).model_json_schema()

    def read(self, reply: ModelReply, context: Sequence[Passage]) -> Answer | Broken:
        """Return the output of a reply, or what is wrong with it.

        An answer written as plain text counts where it is JSON, bare or in one code block: small
        servers know no other way.
        """
        if reply.finish == "length":
            return Broken(("the output was cut off: give a shorter one",))
        raw = reply.turn.output if reply.turn.output is not None else _json_of(reply.turn.text)
        if not raw.strip():
            return Broken(("there is no output",))
        if len(raw) > OUTPUT_CHARACTERS_MAX:
            return Broken((f"the output is longer than {OUTPUT_CHARACTERS_MAX} characters",))
        return self._parse(raw, context)

    def _parse(self, raw: str, context: Sequence[Passage]) -> Answer | Broken:
        try:
            values = from_json(raw, allow_inf_nan=False)
        except ValueError as error:
            return Broken((f"the output is not JSON: {str(error)[:ERROR_CHARACTERS_MAX]}",))
        try:
            if not self.is_citing:
                return Answer(self.output.model_validate(values, extra="forbid"))
            found: Any = _envelope(self.output).model_validate(values, extra="forbid")
        except ValidationError as error:
            return Broken(tuple(_errors(error)))
        claims, dropped = verify(found.claims, context)
        return Answer(found.output, claims, dropped)


def _envelope(output: type[BaseModel]) -> type[BaseModel]:
    from pydantic import create_model

    return create_model(
        "Answer",
        output=(output, ...),
        claims=(list[ClaimIn], Field(default_factory=list, max_length=CLAIMS_MAX)),
    )


def _json_of(text: str) -> str:
    blocks = _CODE_BLOCK.findall(text)
    return str(blocks[0]) if len(blocks) == 1 else text


def _errors(error: ValidationError) -> list[str]:
    """Return each fault as "place: what"; the value is left out, it may be a document's words."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    lines = [f"{'.'.join(map(str, each['loc'])) or 'output'}: {each['msg']}" for each in found]
    return [line[:ERROR_CHARACTERS_MAX] for line in lines[:ERRORS_MAX]]


def verify(
    claims: Sequence[ClaimIn], context: Sequence[Passage]
) -> tuple[tuple[Claim, ...], tuple[DroppedClaim, ...]]:
    """Return the claims whose quotes are literal, each where it stands, and the rest with reasons.

    The named passage is looked at first; a quote that stands in another one is placed there.
    """
    kept: list[Claim] = []
    dropped: list[DroppedClaim] = []
    for claim in claims:
        found = _place(claim, context)
        if isinstance(found, Claim):
            kept.append(found)
        else:
            dropped.append(DroppedClaim(claim.text, claim.quote, found))
    return tuple(kept), tuple(dropped)


def _place(claim: ClaimIn, context: Sequence[Passage]) -> Claim | str:
    named_first = sorted(context, key=lambda passage: passage.id != claim.passage)
    is_short = len(claim.quote.strip()) < QUOTE_CHARACTERS_MIN
    for passage in named_first:
        start = passage.text.find(claim.quote)
        if start < 0:
            continue
        if is_short and claim.quote.strip() != passage.text.strip():
            return f"the quote is shorter than {QUOTE_CHARACTERS_MIN} characters"
        end = start + len(claim.quote)
        return Claim(claim.text, claim.quote, passage.id, start, end)
    return "the quote stands in no passage"
