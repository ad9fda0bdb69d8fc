"""Policies: who may do what to which thing, by roles held within a scope and by conditions.

What enters is a question: a member, an action, a thing and what is known of it; what leaves is a
decision with everything that was considered and why. Always true: the highest priority that has a
say decides, at one priority a denial wins, nothing that holds is a denial, and the order in which
policies were written is nothing. Rooms ask through `Guard`, which opens a verb's transaction.
"""

from evigate.kernel.policies.asking import ASK, AccessQuestions, Answered
from evigate.kernel.policies.decide import decide
from evigate.kernel.policies.errors import CODES
from evigate.kernel.policies.guarding import Entry, Guard
from evigate.kernel.policies.keeping import MANAGE, READ, Policies
from evigate.kernel.policies.models import (
    Asked,
    Considered,
    Decision,
    Effect,
    Evaluation,
    Grant,
    HeldRole,
    KeptPolicy,
    Policy,
    PolicyDraft,
    Question,
    Role,
    covers,
    parse_policy,
)
from evigate.kernel.policies.things import Kind, names_of

PERMISSIONS = (READ, MANAGE, ASK)

__all__ = [
    "CODES",
    "MANAGE",
    "PERMISSIONS",
    "AccessQuestions",
    "Answered",
    "Asked",
    "Considered",
    "Decision",
    "Effect",
    "Entry",
    "Evaluation",
    "Grant",
    "Guard",
    "HeldRole",
    "KeptPolicy",
    "Kind",
    "Policies",
    "Policy",
    "PolicyDraft",
    "Question",
    "Role",
    "covers",
    "decide",
    "names_of",
    "parse_policy",
]
