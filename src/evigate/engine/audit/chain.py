"""The chain, pure: what is signed, with what, and what a broken one looks like."""

import hashlib
import hmac
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evigate.base.canonical import canonical_json

FIRST_MAC = bytes(32)
NUL_ESCAPED = "\\u0000"
SURROGATE_ESCAPED = "\\ud"


@dataclass(frozen=True, slots=True)
class Link:
    """One record in the chain; `record` holds JSON values."""

    seq: int
    query_id: UUID
    record: Mapping[str, Any]
    previous_mac: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """Whether a chain is whole: how many records it has, and the first fault of each kind."""

    is_whole: bool
    records: int
    problems: tuple[str, ...] = ()


def plain(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record as JSON that every database holds; what is none is there as its text.

    Text loses NUL and lone surrogates to U+FFFD: a record that could not be written would hold up
    all that come after it. Nearly every record is plain as it is, which its escaped text tells.
    """
    try:
        text = json.dumps(record, allow_nan=False)
    except (TypeError, ValueError):
        text = NUL_ESCAPED
    is_plain = NUL_ESCAPED not in text and SURROGATE_ESCAPED not in text
    return record if is_plain else {_plain(str(key)): _plain(v) for key, v in record.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = str(value).replace("\x00", "\ufffd")
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def sign(key: bytes, seq: int, query_id: UUID, record: Mapping[str, Any], previous: bytes) -> bytes:
    """Return a record's MAC: HMAC-SHA256 over its place, its content and the MAC before it."""
    body = {"seq": seq, "query_id": str(query_id), "record": dict(record)}
    return hmac.new(key, canonical_json(body) + previous, hashlib.sha256).digest()


def seal_head(key: bytes, seq: int, mac: bytes) -> bytes:
    """Return the seal that says how far the chain reaches."""
    return hmac.new(key, b"head %d " % seq + mac, hashlib.sha256).digest()


def check(key: bytes, links: Iterable[Link], head: tuple[int, bytes, bytes] | None) -> AuditVerdict:
    """Walk a chain from its first record; `head` is (seq, mac, seal), None where there is none.

    Found are: a changed record, a missing one, one that was moved or added, and a lost end.
    """
    problems: list[str] = []
    expected, previous = 1, FIRST_MAC
    count = 0
    for link in links:
        count += 1
        if link.seq != expected:
            problems.append(f"Records {expected} to {link.seq - 1} are missing.")
        elif link.previous_mac != previous:
            problems.append(f"Record {link.seq} does not follow the one before it.")
        mac = sign(key, link.seq, link.query_id, link.record, link.previous_mac)
        if not hmac.compare_digest(mac, link.mac):
            problems.append(f"Record {link.seq} was changed.")
        expected, previous = link.seq + 1, link.mac
    problems += _check_head(key, expected - 1, previous, head)
    return AuditVerdict(not problems, count, tuple(problems))


def _check_head(
    key: bytes, last: int, mac: bytes, head: tuple[int, bytes, bytes] | None
) -> list[str]:
    if head is None:
        return [] if last == 0 else ["The chain's head is missing."]
    seq, head_mac, seal = head
    if not hmac.compare_digest(seal_head(key, seq, head_mac), seal):
        return ["The chain's head was changed."]
    if seq > last:
        return [f"Records {last + 1} to {seq} are missing."]
    if seq < last or head_mac != mac:
        return ["The chain goes on beyond its head."]
    return []
