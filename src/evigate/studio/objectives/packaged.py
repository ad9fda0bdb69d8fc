"""The objectives that every tenant has: the project's in full, and two short ones.

A business profile asks who one is before there is a project; an idea is asked what it would take to
believe in it. Both ask with the project's own fields, so that the extractor serves each of them.
"""

from collections.abc import Mapping
from dataclasses import replace

from evigate.studio import fields
from evigate.studio.objective import Objective, Obligation
from evigate.studio.project_discovery import PROJECT_DISCOVERY

VERSION = "1.0.0"


def _asked(key: str, weight: int, *, is_required: bool, ask: str = "") -> Obligation:
    """Return the project's obligation of a field, weighed and worded for another objective."""
    known = PROJECT_DISCOVERY.obligation(key)
    return replace(
        known,
        weight=weight,
        is_required=is_required,
        novice=ask or known.novice,
        after=(),
    )


BUSINESS_PROFILE = Objective(
    context_type="business_profile",
    version=VERSION,
    display_name="Business profile",
    threshold=0.8,
    obligations=(
        _asked(fields.DOMAIN_TYPE, 10, is_required=True),
        _asked(fields.PRIMARY_USER, 8, is_required=True, ask="Who are your customers?"),
        _asked(fields.SECONDARY_USERS, 5, is_required=False, ask="Who works with you?"),
        _asked(
            fields.EXPECTED_SCALE,
            8,
            is_required=True,
            ask="How many people, sites and customers are there, and how many next year?",
        ),
        _asked(
            fields.CURRENT_SOLUTION,
            6,
            is_required=True,
            ask="How do you run things today: on paper, by phone, in Excel?",
        ),
        _asked(fields.EXISTING_SYSTEMS, 5, is_required=False),
        _asked(fields.SENSITIVE_DATA, 6, is_required=True),
        _asked(
            fields.PAIN_POINTS, 5, is_required=False, ask="What annoys you most in a normal week?"
        ),
    ),
)

IDEA_DISCOVERY = Objective(
    context_type="idea_discovery",
    version=VERSION,
    display_name="Idea",
    threshold=0.8,
    obligations=(
        _asked(fields.CORE_PROBLEM, 10, is_required=True),
        _asked(fields.PRIMARY_USER, 10, is_required=True, ask="Whose problem is it?"),
        _asked(
            fields.CURRENT_SOLUTION,
            8,
            is_required=True,
            ask="What do these people do about it today?",
        ),
        _asked(fields.PROBLEM_IMPACT, 6, is_required=False),
        _asked(fields.JOBS, 6, is_required=False),
        _asked(
            fields.MEASURES,
            8,
            is_required=True,
            ask="Which number would show in three months that the idea works?",
        ),
        _asked(fields.DEALBREAKERS, 4, is_required=False),
        _asked(fields.OUT_OF_SCOPE, 3, is_required=False),
    ),
)

PACKAGED: Mapping[str, Objective] = {
    each.context_type: each for each in (PROJECT_DISCOVERY, BUSINESS_PROFILE, IDEA_DISCOVERY)
}
