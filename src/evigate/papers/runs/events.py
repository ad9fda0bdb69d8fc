"""The run's six events, and the door through which a notebook's own come in.

A notebook's output is as untrusted as a stranger's upload: what it sends is read once, here, into
an event of the seed's vocabulary, or refused. Keys beyond the vocabulary are kept.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

EVENT_MIME = "application/vnd.evigate.event+json"
EVENT_TYPES = frozenset(
    {"stage_update", "log_line", "progress", "metric_update", "sample_pred", "error"}
)
EVENT_BYTES_MAX = 16 * 1024
LINE_CHARACTERS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One event: `type` is one of the six, `payload` holds JSON values only."""

    type: str
    payload: dict[str, Any]

    @property
    def size_bytes(self) -> int:
        """How much it counts towards the run's cap on events."""
        return len(json.dumps(self.payload, ensure_ascii=False).encode()) + len(self.type)


def _clean(value: Any) -> Any:
    """JSON has no NaN or infinity; what is not a number is not known."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value


def _has_shape(kind: str, payload: dict[str, Any]) -> bool:
    match kind:
        case "stage_update":
            return isinstance(payload.get("stage"), str)
        case "progress":
            percent = payload.get("percent")
            return isinstance(percent, int | float) and 0 <= percent <= 100
        case "metric_update":
            value = payload.get("value")
            return (
                isinstance(payload.get("metric"), str)
                and isinstance(value, int | float)
                and not isinstance(value, bool)
            )
        case "log_line":
            return isinstance(payload.get("text"), str)
        case "error":
            return isinstance(payload.get("message"), str)
        case _:
            return True


def parse_event(document: object) -> RunEvent | None:
    """
    Read an event that a notebook sent.

    The kind stands under "type" or, as the seed's notebooks have it, "event"; a log line's text
    under "text" or "message". Returns None if the kind is not one of the six, a needed field is
    missing or of the wrong type, or the event is larger than EVENT_BYTES_MAX.
    """
    if not isinstance(document, dict):
        return None
    payload = _clean(dict(document))
    kind = payload.pop("type", None) or payload.pop("event", None)
    payload.pop("event", None)
    if kind not in EVENT_TYPES:
        return None
    if kind == "log_line":
        payload.setdefault("text", payload.pop("message", None))
        payload.setdefault("level", "info")
    event = RunEvent(str(kind), payload)
    if not _has_shape(event.type, payload) or event.size_bytes > EVENT_BYTES_MAX:
        return None
    return event


def log_line(text: str, level: str = "info") -> RunEvent:
    """Return a log line's event; a line too long is cut and says so."""
    if len(text) > LINE_CHARACTERS_MAX:
        text = text[:LINE_CHARACTERS_MAX] + " … (cut)"
    return RunEvent("log_line", {"text": text, "level": level})
