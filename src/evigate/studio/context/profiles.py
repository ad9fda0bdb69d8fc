"""The budgets that are shipped; a tenant's own stand in their place.

The sizes leave a model of 32,000 tokens room for its own words and for what it is to read beside
the context. Which kinds go first follows from the work: who reads a message needs what is known,
who builds needs the contract, who reviews needs the requirements, and all of them, and of
what was made of them nothing.
"""

from collections.abc import Mapping

from evigate.studio.context.models import Profile, TargetType

_BUILD = {"spec": 10, "schema": 9, "test": 8, "plan": 6, "doc": 4, "research": 3, "code": 7}
_LEARN = {"research": 10, "doc": 8, "plan": 6, "spec": 5, "schema": 3, "test": 2, "code": 1}
_REVIEW = {"spec": 10, "test": 8, "schema": 7, "plan": 5, "research": 6, "doc": 3, "code": 0}
DEFAULT = Profile("workflow", "default", 16_000, 4_000)
SHIPPED: tuple[Profile, ...] = (
    Profile("phase", "DISCOVERY", 12_000, 4_000, 5, _LEARN),
    Profile("phase", "PLANNING", 16_000, 4_000, 5, {**_LEARN, "plan": 10}),
    Profile("phase", "SPECIFICATION", 24_000, 6_000, 5, _REVIEW),
    Profile("agent", "requirement_reader", 8_000, 4_000, 8, _LEARN),
    Profile("agent", "coding", 24_000, 6_000, 7, _BUILD),
    Profile("workflow", "build", 24_000, 6_000, 6, _BUILD),
    Profile("workflow", "review", 60_000, 12_000, 6, _REVIEW),
    DEFAULT,
)


def resolved(
    own: Mapping[tuple[str, str], Profile], target_type: TargetType, target: str
) -> Profile:
    """Return the budget that holds: the tenant's own, the shipped one, else the default."""
    shipped = {(each.target_type, each.target): each for each in SHIPPED}
    for names in ((target_type, target), (DEFAULT.target_type, DEFAULT.target)):
        if found := own.get(names) or shipped.get(names):
            return found
    return DEFAULT
