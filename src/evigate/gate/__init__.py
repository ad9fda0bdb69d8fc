"""The gate: what may be believed, and therefore used.

What enters is a draft with its content hash and the run that made it; what leaves is an approval,
or a rejection with a reason. Always true, because the database holds it: a draft is born waiting,
its content never changes, its status moves only through the functions of `functions/300_gate.sql`,
and whoever uses an artifact refers to its approval.
"""

from evigate.gate.api import router as gate_router
from evigate.gate.models import Artifact, ArtifactStatus, NewArtifact
from evigate.gate.service import (
    DECIDE,
    PERMISSIONS,
    READ,
    approve,
    create_artifact,
    get_artifact,
    list_artifacts,
    reject,
    retire,
)

__all__ = [
    "DECIDE",
    "PERMISSIONS",
    "READ",
    "Artifact",
    "ArtifactStatus",
    "NewArtifact",
    "approve",
    "create_artifact",
    "gate_router",
    "get_artifact",
    "list_artifacts",
    "reject",
    "retire",
]
