"""Hiding secrets from what is written down: log lines, error texts, traces.

Two nets: values under a name that says secret are masked whole, and within any text the forms that
secrets take here are masked where they stand. It errs to the side of masking. Every pattern is
linear in the text, since strangers may write what we log.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

MASK = "[redacted]"
DEPTH_MAX = 8

_SECRET_NAMES = (
    r"pass(?:word|wd|phrase)?|secret|(?:access|refresh|api|auth|session|csrf|id)?[_-]?token"
    r"|api[_-]?key|access[_-]?key(?:[_-]?id)?|secret[_-]?access[_-]?key|private[_-]?key"
    r"|sealing[_-]?key|credentials?|(?:proxy-)?authorization|(?:set-)?cookie|(?:x-amz-)?signature"
)
_SECRET_NAME = re.compile(rf"(?:\w{{1,40}}[_-])?(?:{_SECRET_NAMES})", re.IGNORECASE)

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Our API tokens wherever they stand; the prefix stays, so that one sees what it was.
    (re.compile(r"\bevg_[A-Za-z0-9_-]{4,}"), f"evg_{MASK}"),
    # Header lines hold their secret up to the line's end.
    (
        re.compile(
            r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(\"?\s{0,4}[:=]\s{0,4})[^\r\n]+"
        ),
        rf"\1\2{MASK}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s{1,4}[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {MASK}"),
    # The password of a URL: everything between the first colon of the authority and its last @.
    (re.compile(r"(://[^\s/:@]{0,256}):[^\s/]{1,512}@"), rf"\1:{MASK}@"),
    # name=value and "name": "value", the signature of a signed link among them.
    (
        re.compile(
            rf"(?i)(?<![A-Za-z0-9])((?:[A-Za-z0-9]{{1,40}}[_-])?(?:{_SECRET_NAMES})"
            r"[\"']?\s{0,4}[=:]\s{0,4})(?:\[redacted\]|\"[^\"\r\n]*\"|'[^'\r\n]*'|[^\s&;,\"'}\])]+)"
        ),
        rf"\1{MASK}",
    ),
    # Keys of the model providers and of S3 by their published prefixes.
    (re.compile(r"\bsk-[A-Za-z0-9_-]{16,}"), f"sk-{MASK}"),
    (re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"), rf"\1{MASK}"),
)


def redact(text: str) -> str:
    """Return the text with every secret it is known to hold masked; redacting twice is once."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def redact_event(
    logger: object, method_name: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask secrets in a log event: a structlog processor, to stand right before the renderer."""
    return {name: _redact_value(name, value, DEPTH_MAX) for name, value in event_dict.items()}


def _redact_value(name: str, value: Any, depth: int) -> Any:
    """Mask a value under its name, and what it holds; what lies too deep is masked whole."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if _SECRET_NAME.fullmatch(name) or depth == 0:
        return MASK
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return redact(value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {key: _redact_value(str(key), item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redact_value(name, item, depth - 1) for item in value]
    if isinstance(value, BaseException):
        return redact(f"{type(value).__name__}: {value}")
    return redact(str(value))
