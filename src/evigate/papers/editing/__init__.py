"""Editing claims, and learning from it.

What enters: a person's correction, addition or rejection of a claim. What leaves: the claim as it
now stands, the edit kept beside it, and a linker learnt from a tenant's edits. Always true: an
edit is never changed or lost, and a claim that a person writes has its quote on its page, too.
"""

from evigate.papers.editing.learned import Linker, apply_linker, learn
from evigate.papers.editing.models import ClaimEdit, EditKind, LinkerRecord, NewClaim, snapshot
from evigate.papers.editing.placing import place_claim

__all__ = [
    "ClaimEdit",
    "EditKind",
    "Linker",
    "LinkerRecord",
    "NewClaim",
    "apply_linker",
    "learn",
    "place_claim",
    "snapshot",
]
