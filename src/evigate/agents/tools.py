"""Tools that an agent may use, and the checks in front of each use.

A tool says which permission its use needs and what it does: `read` looks, `write` changes rows of
ours in the transaction that also records the use, `outside` acts where we cannot take it back. A
model's wish is only a wish: the tool must have been handed to the run, the subject must hold the
permission, the arguments must fit, and what acts outside needs a person's approval.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from evigate.agents.errors import E_TOOL_ARGUMENTS, E_TOOL_REFUSED
from evigate.agents.messages import ToolCall, ToolSpec
from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import Permission, may, require
from evigate.kernel.db import Tx

ARGUMENTS_CHARACTERS_MAX = 50_000
RESULT_CHARACTERS_MAX = 50_000
CUT = "\n[cut: the answer was longer]"


class Effect(StrEnum):
    """What using a tool does to the world."""

    READ = "read"
    WRITE = "write"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class ToolUse:
    """What a tool is given beside its arguments.

    `key` is the same whenever one use is attempted again, for outside services that know repeats.
    `tx` is there for tools that write, and only for them.
    """

    subject: Subject
    run_id: UUID
    key: str
    tx: Tx | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A thing an agent may do; `call` returns JSON values or text."""

    name: str
    description: str
    arguments: type[BaseModel]
    permission: Permission
    effect: Effect
    call: Callable[[ToolUse, Any], Awaitable[Any]]

    def spec(self) -> ToolSpec:
        """Return the tool as a model is shown it."""
        return ToolSpec(self.name, self.description, self.arguments.model_json_schema())


def toolbox(tools: Iterable[Tool]) -> dict[str, Tool]:
    """Return tools by name.

    Raises:
        ValueError: two have one name.
    """
    found: dict[str, Tool] = {}
    for tool in tools:
        if found.setdefault(tool.name, tool) is not tool:
            raise ValueError(f"Two tools are named {tool.name!r}.")
    return found


def offered(tools: Mapping[str, Tool], subject: Subject) -> list[ToolSpec]:
    """Return the tools that the subject may use, by name; a model is not shown the others."""
    return [tools[name].spec() for name in sorted(tools) if may(subject, tools[name].permission)]


def admit(call: ToolCall, tools: Mapping[str, Tool], subject: Subject) -> tuple[Tool, BaseModel]:
    """Return the tool that a call names and its arguments.

    Raises:
        EvigateError[E_TOOL_REFUSED]: the run was given no such tool.
        EvigateError[E_DENIED]: the subject may not use it.
        EvigateError[E_TOOL_ARGUMENTS]: the arguments do not fit its schema.
    """
    tool = tools.get(call.name)
    if tool is None:
        raise EvigateError(E_TOOL_REFUSED, f"This run has no tool {call.name[:100]!r}.")
    require(subject, tool.permission)
    if len(call.arguments) > ARGUMENTS_CHARACTERS_MAX:
        message = f"The arguments of {tool.name!r} are longer than {ARGUMENTS_CHARACTERS_MAX}."
        raise EvigateError(E_TOOL_ARGUMENTS, message)
    try:
        return tool, tool.arguments.model_validate_json(call.arguments or "{}", extra="forbid")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        message = f"The arguments of {tool.name!r} do not fit: {place}: {first['msg']}."
        raise EvigateError(E_TOOL_ARGUMENTS, message) from error


def as_content(value: Any) -> str:
    """Return a tool's answer as text of bounded length; what is not text becomes JSON."""
    text = value if isinstance(value, str) else canonical_json(value).decode()
    return text if len(text) <= RESULT_CHARACTERS_MAX else text[:RESULT_CHARACTERS_MAX] + CUT
