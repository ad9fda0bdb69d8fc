"""Ids are UUIDv7: unique without coordination, and sortable by the time they were made.

Distinct types keep a run's id from being passed where a tenant's is wanted; they cost nothing at
run time. The layout follows RFC 9562, section 5.7.
"""

import os
import time
from collections import deque
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)
UserId = NewType("UserId", UUID)
RunId = NewType("RunId", UUID)
ModuleId = NewType("ModuleId", UUID)
DocumentId = NewType("DocumentId", UUID)
ArtifactId = NewType("ArtifactId", UUID)
PaperId = NewType("PaperId", UUID)
PlanId = NewType("PlanId", UUID)
ClaimId = NewType("ClaimId", UUID)


# Random bytes are fetched for some hundred ids at once: the system's call costs more than the rest.
_WIDTH = 10
_LOT = 256
_drawn: deque[bytes] = deque()
os.register_at_fork(after_in_child=_drawn.clear)


def _draw() -> bytes:
    """Return random bytes that no other id of this process or of one forked from it has."""
    try:
        return _drawn.pop()
    except IndexError:
        lot = os.urandom(_WIDTH * _LOT)
        _drawn.extend(lot[at : at + _WIDTH] for at in range(_WIDTH, len(lot), _WIDTH))
        return lot[:_WIDTH]


def new_uuid() -> UUID:
    """Return a fresh UUIDv7; ids made in different milliseconds sort by time."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(_draw(), "big")
    value = (millis & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & 0x3FFFFFFFFFFFFFFF
    return UUID(int=value)
