"""What goes to a model and what comes back, as values: turns, tool calls, usage, citations.

Providers translate these to a wire format and back; the log keeps them as JSON. A tool call's
arguments stay the text that the model wrote, since only the tool's own schema can say whether they
are arguments at all.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter

from evigate.base.canonical import content_hash

FinishReason = Literal["stop", "length", "refusal"]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of evidence; `id` is what a claim names, `label` says where it stands."""

    id: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the output and the literal words it rests on.

    `start` and `end` are the quote's offsets in its passage, in characters.
    """

    text: str
    quote: str
    passage_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DroppedClaim:
    """A statement whose words stand nowhere in the context, and why it was left out."""

    text: str
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to use a tool; `arguments` is the text it wrote, JSON if it is well."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered, or why it did not."""

    call_id: str
    name: str
    content: str
    is_error: bool = False


@dataclass(frozen=True, slots=True)
class UserTurn:
    """What the runtime says to the model."""

    text: str
    kind: Literal["user"] = "user"


@dataclass(frozen=True, slots=True)
class ModelTurn:
    """What the model said: text, wishes to use tools, or the output as JSON text."""

    text: str = ""
    calls: tuple[ToolCall, ...] = ()
    output: str | None = None
    kind: Literal["model"] = "model"


@dataclass(frozen=True, slots=True)
class ToolTurn:
    """The answers to the calls of the turn before."""

    results: tuple[ToolResult, ...]
    kind: Literal["tool"] = "tool"


Turn = Annotated[UserTurn | ModelTurn | ToolTurn, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is shown it; `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model.

    `fence` is the random word around data; it is another in each run, so the key leaves it out.
    `attempt` tells a retry from its like; it is not sent.
    """

    model: str
    system: str
    turns: tuple[Turn, ...]
    tools: tuple[ToolSpec, ...]
    output_schema: dict[str, Any]
    params: dict[str, Any]
    output_tokens_max: int
    fence: str
    attempt: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the request as JSON values, the same for every run that asks the same."""
        text = _REQUEST.dump_json(self).decode()
        values: dict[str, Any] = _JSON.validate_json(text.replace(self.fence, "FENCE"))
        return values

    def key(self) -> str:
        """Return the hash by which a recording of the exchange is found."""
        return content_hash(self.to_json())


@dataclass(frozen=True, slots=True)
class ModelReply:
    """A model's answer and what it took; tokens as the provider counted them."""

    turn: ModelTurn
    finish: FinishReason
    input_tokens: int
    output_tokens: int
    model: str
    duration_ms: float = 0.0
    is_replayed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the reply as JSON values."""
        values: dict[str, Any] = _REPLY.dump_python(self, mode="json")
        return values

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "ModelReply":
        """Read back what `to_json` returned; pydantic.ValidationError if it is none."""
        return _REPLY.validate_python(dict(values))


@dataclass(frozen=True, slots=True)
class Usage:
    """What a run took; `cost_micros` is None where no price is known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int | None = 0
    duration_ms: float = 0.0
    calls: int = 0
    is_replayed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def plus(self, took: Mapping[str, Any]) -> "Usage":
        """Return the sum with what a call or a tool took; an unknown cost makes it unknown."""
        cost, more = self.cost_micros, took.get("cost_micros", 0)
        return Usage(
            input_tokens=self.input_tokens + took.get("input_tokens", 0),
            output_tokens=self.output_tokens + took.get("output_tokens", 0),
            cost_micros=None if cost is None or more is None else cost + more,
            duration_ms=self.duration_ms + took.get("duration_ms", 0.0),
            calls=self.calls + took.get("calls", 0),
            is_replayed=self.is_replayed or took.get("is_replayed", False),
        )


@dataclass(frozen=True, slots=True)
class PromptText:
    """A prompt as it goes to a model: the text with its inputs filled in, and which version."""

    text: str
    name: str = ""
    version: str = ""
    sha256: str = ""
    id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read back what `to_json` returned."""
        return cls(**values)


_REQUEST: TypeAdapter[ModelRequest] = TypeAdapter(ModelRequest)
_REPLY: TypeAdapter[ModelReply] = TypeAdapter(ModelReply)
_JSON: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
