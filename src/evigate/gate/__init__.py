"""The gate: what may be believed, and therefore used.

What enters is a draft with its content hash and the run that made it; what leaves is an approval,
or a rejection with a reason. Always true, because the database holds it: a draft is born waiting,
its content never changes, its status moves only through the functions of `functions/300_gate.sql`,
and whoever uses an artifact refers to its approval.
"""

from evigate.gate.api import router as gate_router
from evigate.gate.artifacts import (
    create_artifact,
    finish_generation,
    get_artifact,
    list_artifacts,
    list_citations,
    list_stale,
    recheck,
    recite,
    record_generation,
    reopen,
    retire,
    why_not_approved,
)
from evigate.gate.models import (
    Artifact,
    ArtifactStatus,
    CitationRow,
    GenerationRun,
    NewArtifact,
    NewCitation,
    Verdict,
)
from evigate.gate.pages import TEMPLATES as GATE_TEMPLATES
from evigate.gate.pages import pages_router as gate_pages
from evigate.gate.permissions import DECIDE, PERMISSIONS, READ, REVIEW
from evigate.gate.reviews import approve, give_verdict, list_review_tasks, open_review, reject

__all__ = [
    "DECIDE",
    "GATE_TEMPLATES",
    "PERMISSIONS",
    "READ",
    "REVIEW",
    "Artifact",
    "ArtifactStatus",
    "CitationRow",
    "GenerationRun",
    "NewArtifact",
    "NewCitation",
    "Verdict",
    "approve",
    "create_artifact",
    "finish_generation",
    "gate_pages",
    "gate_router",
    "get_artifact",
    "give_verdict",
    "list_artifacts",
    "list_citations",
    "list_review_tasks",
    "list_stale",
    "open_review",
    "recheck",
    "recite",
    "record_generation",
    "reject",
    "reopen",
    "retire",
    "why_not_approved",
]
