"""The providers there are, by name; opening one loads its library."""

from collections.abc import Mapping

from evigate.agents.providers.protocol import Opening, Provider, ProviderSpec


def _open_remote(opening: Opening) -> Provider:
    from evigate.agents.providers.pydantic_ai import open_remote

    return open_remote(opening)


def _open_local(opening: Opening) -> Provider:
    from evigate.agents.providers.local import open_local

    return open_local(opening)


_SPECS = (
    ProviderSpec(
        "anthropic", "Anthropic", _open_remote, "anthropic_api_key", needs_key=True, extra="llm"
    ),
    ProviderSpec("openai", "OpenAI", _open_remote, "openai_api_key", needs_key=True, extra="llm"),
    ProviderSpec(
        "openai_compatible",
        "A server that speaks OpenAI's protocol",
        _open_remote,
        "openai_compatible_api_key",
        needs_url=True,
        extra="llm",
    ),
    ProviderSpec(
        "local", "A GGUF file on this machine", _open_local, is_on_host=True, extra="local"
    ),
)
PROVIDERS: Mapping[str, ProviderSpec] = {spec.name: spec for spec in _SPECS}
