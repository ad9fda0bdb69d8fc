"""Models over the network, through pydantic-ai: the one file that knows the library.

Anthropic, OpenAI, and any server that speaks OpenAI's chat protocol. What leaves this machine is
the request, so nothing is sent but for a model that an owner chose. The library's HTTP client takes
certificates and proxies from the environment as other programs do. Busy and failing answers are
tried again by the provider's own client, which heeds how long it is asked to wait; a redirect is
not followed, for the key would go along. The output comes as a call of a tool whose arguments are
the output, which every one of these providers knows.
"""

import json
from typing import TYPE_CHECKING, Any

from evigate.agents.errors import (
    E_AGENT_CREDENTIALS,
    E_AGENT_EXTRA,
    E_AGENT_REJECTED,
    E_AGENT_TIMEOUT,
    E_AGENT_UPSTREAM,
)
from evigate.agents.messages import (
    FinishReason,
    ModelReply,
    ModelRequest,
    ModelTurn,
    ToolCall,
    ToolTurn,
    Turn,
    UserTurn,
)
from evigate.agents.providers.protocol import OUTPUT_TOOL, Opening
from evigate.base.errors import Code, EvigateError

if TYPE_CHECKING:
    from pydantic_ai import messages as wire
    from pydantic_ai.models import Model, ModelRequestParameters

# Beside the first try; the clients wait half a second and double it, or as long as they are told.
RETRY_COUNT = 2
MESSAGE_CHARACTERS_MAX = 300
OUTPUT_DESCRIPTION = "Hand in the whole answer; this ends the work."
# Servers of one's own often want no key, and the client insists on one.
NO_KEY = "no-key"
_RETRIED = frozenset({408, 409, 429})


def open_remote(opening: Opening) -> "RemoteModel":
    """Return a client of a model; nothing is sent yet.

    Raises:
        EvigateError[E_AGENT_EXTRA]: the library is not installed.
    """
    try:
        return RemoteModel(opening)
    except ImportError as error:
        message = f"The provider {opening.provider!r} needs the extra 'llm', which is not here."
        raise EvigateError(E_AGENT_EXTRA, message) from error


class RemoteModel:
    """A client of one model."""

    def __init__(self, opening: Opening) -> None:
        self._label = f"{opening.provider}:{opening.model}"
        self._model, self._client = _open(opening)

    async def exchange(self, request: ModelRequest, *, timeout_s: float) -> ModelReply:
        """Ask once, or a few times where the provider is busy; see `Provider.exchange`."""
        from pydantic_ai import exceptions
        from pydantic_ai.direct import model_request

        settings: Any = {
            **request.params,
            "max_tokens": request.output_tokens_max,
            "timeout": timeout_s,
        }
        turns, parameters = _messages(request), _parameters(request)
        try:
            answer = await model_request(
                self._model, turns, model_settings=settings, model_request_parameters=parameters
            )
        except exceptions.ModelHTTPError as error:
            code = _code_of(error.status_code)
            raise self._failed(code, f"answered {error.status_code}") from error
        except exceptions.ModelTimeoutError as error:
            raise self._failed(E_AGENT_TIMEOUT, "did not answer in time") from error
        except exceptions.ModelAPIError as error:
            raise self._failed(E_AGENT_UPSTREAM, "could not be reached") from error
        except (exceptions.UnexpectedModelBehavior, AttributeError, TypeError) as error:
            # The last two are what Anthropic's client raises on JSON of another shape.
            raise self._failed(E_AGENT_UPSTREAM, "answered what its protocol has not") from error
        except exceptions.UserError as error:
            raise self._failed(E_AGENT_REJECTED, str(error)[:MESSAGE_CHARACTERS_MAX]) from error
        return _reply(answer, request)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _failed(self, code: Code, how: str) -> EvigateError:
        return EvigateError(code, f"{self._label} {how}.")


def _open(opening: Opening) -> "tuple[Model, Any]":
    """Return the library's model and the provider's own client beneath it."""
    if opening.provider == "anthropic":
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        anthropic = AsyncAnthropic(
            api_key=opening.key,
            base_url=opening.base_url,
            max_retries=RETRY_COUNT,
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        )
        provider = AnthropicProvider(anthropic_client=anthropic)
        return AnthropicModel(opening.model, provider=provider), anthropic
    from openai import AsyncOpenAI
    from openai import DefaultAsyncHttpxClient as OpenAIHttpClient
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    openai = AsyncOpenAI(
        api_key=opening.key or NO_KEY,
        base_url=opening.base_url,
        max_retries=RETRY_COUNT,
        http_client=OpenAIHttpClient(follow_redirects=False),
    )
    return OpenAIChatModel(opening.model, provider=OpenAIProvider(openai_client=openai)), openai


def _code_of(status: int) -> Code:
    if status in (401, 403):
        return E_AGENT_CREDENTIALS
    return E_AGENT_UPSTREAM if status >= 500 or status in _RETRIED else E_AGENT_REJECTED


def _parameters(request: ModelRequest) -> "ModelRequestParameters":
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.tools import ToolDefinition

    output = ToolDefinition(
        name=OUTPUT_TOOL,
        description=OUTPUT_DESCRIPTION,
        parameters_json_schema=request.output_schema,
        kind="output",
    )
    tools = [
        ToolDefinition(
            name=tool.name, description=tool.description, parameters_json_schema=tool.schema
        )
        for tool in request.tools
    ]
    return ModelRequestParameters(
        function_tools=tools, output_tools=[output], output_mode="tool", allow_text_output=False
    )


def _messages(request: ModelRequest) -> "list[wire.ModelMessage]":
    from pydantic_ai import messages as wire

    first = wire.ModelRequest(parts=[wire.SystemPromptPart(content=request.system)])
    return [first, *(_message(turn) for turn in request.turns)]


def _message(turn: Turn) -> "wire.ModelMessage":
    from pydantic_ai import messages as wire

    if isinstance(turn, UserTurn):
        return wire.ModelRequest(parts=[wire.UserPromptPart(content=turn.text)])
    if isinstance(turn, ToolTurn):
        returns = [
            wire.ToolReturnPart(
                tool_name=each.name,
                content=each.content,
                tool_call_id=each.call_id,
                outcome="failed" if each.is_error else "success",
            )
            for each in turn.results
        ]
        return wire.ModelRequest(parts=returns)
    parts: list[Any] = [wire.TextPart(content=turn.text)] if turn.text else []
    parts += [
        wire.ToolCallPart(tool_name=call.name, args=_arguments(call), tool_call_id=call.id)
        for call in turn.calls
    ]
    return wire.ModelResponse(parts=parts)


def _arguments(call: ToolCall) -> str:
    """Return a call's arguments as the wire takes them: an object, whatever the model wrote."""
    try:
        is_object = isinstance(json.loads(call.arguments or "{}"), dict)
    except ValueError:
        is_object = False
    return (call.arguments or "{}") if is_object else json.dumps({"unreadable": call.arguments})


def _reply(answer: "wire.ModelResponse", request: ModelRequest) -> ModelReply:
    from pydantic_ai import messages as wire

    texts, calls, output = [], [], None
    for part in answer.parts:
        if isinstance(part, wire.TextPart):
            texts.append(part.content)
        elif isinstance(part, wire.ToolCallPart):
            arguments = part.args if isinstance(part.args, str) else json.dumps(part.args or {})
            if part.tool_name == OUTPUT_TOOL:
                output = output if output is not None else arguments
            else:
                calls.append(ToolCall(part.tool_call_id, part.tool_name, arguments))
    turn = ModelTurn("".join(texts), tuple(calls), output)
    return ModelReply(
        turn=turn,
        finish=_finish(answer.finish_reason),
        input_tokens=answer.usage.input_tokens,
        output_tokens=answer.usage.output_tokens,
        model=answer.model_name or request.model,
    )


def _finish(reason: str | None) -> FinishReason:
    if reason == "length":
        return "length"
    return "refusal" if reason == "content_filter" else "stop"
