"""Ids are UUIDv7: unique without coordination, and sortable by the time they were made.

Distinct types keep a run's id from being passed where a tenant's is wanted; they cost nothing at
run time. The layout follows RFC 9562, section 5.7.
"""

import os
import time
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


def new_uuid() -> UUID:
    """Return a fresh UUIDv7; ids made in different milliseconds sort by time."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis & 0xFFFFFFFFFFFF) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & 0x3FFFFFFFFFFFFFFF
    return UUID(int=value)
