"""Providers: one file for each way to ask a model, and none that is loaded before it is chosen.

What enters is a `ModelRequest`; what leaves is a `ModelReply` or one of the room's upstream codes.
"""

from evigate.agents.providers.protocol import Provider, ProviderSpec
from evigate.agents.providers.registry import PROVIDERS

__all__ = ["PROVIDERS", "Provider", "ProviderSpec"]
