"""The AsyncAPI document of a specification: an event for each state that a thing comes to. Pure."""

from collections.abc import Sequence

from evigate.studio.specification.contracts import ID, Json, schema_name
from evigate.studio.specification.models import Snapshot, Thing
from evigate.studio.specification.wording import plural, spoken

ASYNCAPI = "3.0.0"


def asyncapi_of(snapshot: Snapshot) -> Json:
    """Return the AsyncAPI document: an event for each state that a thing comes to."""
    channels: Json = {}
    operations: Json = {}
    messages: Json = {}
    for thing in snapshot.things:
        states = [s for s in thing.states if any(step.end == s for step in thing.steps)]
        names = ["created", *states]
        address = plural(thing.key)
        for state in names:
            name = f"{schema_name(thing.key)}{schema_name(state.replace('_', '-'))}"
            messages[name] = _event(thing, state)
        named = {s: f"{schema_name(thing.key)}{schema_name(s.replace('_', '-'))}" for s in names}
        channels[address] = {
            "address": address,
            "description": f"What happens to {spoken(address)}.",
            "messages": {
                each: {"$ref": f"#/components/messages/{each}"} for each in named.values()
            },
        }
        operations[f"tell_{address.replace('-', '_')}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{address}"},
            "messages": [{"$ref": f"#/channels/{address}/messages/{m}"} for m in named.values()],
        }
    for system in snapshot.systems:
        _add_webhooks(system.key, system.title, system.webhooks, channels, operations, messages)
    return {
        "asyncapi": ASYNCAPI,
        "info": {"title": f"{snapshot.name}: events", "version": "1"},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _add_webhooks(
    key: str, title: str, webhooks: Sequence[str], channels: Json, operations: Json, messages: Json
) -> None:
    """Add what a system of others tells; its events stand in the summary, as it words them."""
    if not webhooks:
        return
    name = f"{schema_name(key)}Webhook"
    messages[name] = {
        "name": f"{key}.webhook",
        "title": f"What {title} tells",
        "summary": "; ".join(webhooks),
        "payload": {"type": "object"},
    }
    address = f"from-{key}"
    channels[address] = {
        "address": address,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
    }
    operations[f"hear_{key.replace('-', '_')}"] = {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{address}"},
        "messages": [{"$ref": f"#/channels/{address}/messages/{name}"}],
    }


def _event(thing: Thing, state: str) -> Json:
    schema = {
        "type": "object",
        "properties": {
            "id": ID,
            "at": {"type": "string", "format": "date-time"},
            "actor": {"type": "string"},
            "from": {"type": ["string", "null"]},
        },
        "required": ["id", "at", "actor"],
    }
    return {
        "name": f"{thing.key}.{state}",
        "title": f"{thing.title} {spoken(state)}",
        "payload": schema,
    }
