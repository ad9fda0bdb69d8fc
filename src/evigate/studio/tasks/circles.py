"""Whether letting one task wait for another would close a circle, and which."""

from collections.abc import Iterable, Mapping
from uuid import UUID


def path_between(edges: Iterable[tuple[UUID, UUID]], start: UUID, end: UUID) -> list[UUID] | None:
    """Return a shortest chain of waits from one task to another, both included; None without one.

    Of chains as short, the one over the smaller ids: the same tasks give the same words.
    """
    after: dict[UUID, list[UUID]] = {}
    for task, waits_for in sorted(edges):
        after.setdefault(task, []).append(waits_for)
    came: dict[UUID, UUID | None] = {start: None}
    rim = [start]
    while rim and end not in came:
        further: list[UUID] = []
        for task in rim:
            for other in after.get(task, ()):
                if other not in came:
                    came[other] = task
                    further.append(other)
        rim = further
    return _walk(came, end) if end in came else None


def _walk(came: Mapping[UUID, UUID | None], end: UUID) -> list[UUID]:
    chain: list[UUID] = []
    at: UUID | None = end
    while at is not None:
        chain.append(at)
        at = came[at]
    return chain[::-1]
