"""Second looks: a sample of what is in use for people, and how well people agree with each other.

What passed every check is seen by nobody, so some of it is put before two people who do not see
each other's verdicts. Where they differ, the checks or the people are wrong; where people agree no
better than by chance, no judge can be measured against them.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from evigate.gate.judges.agreement import accuracy, cohen_kappa, krippendorff_alpha
from evigate.gate.permissions import EVALUATE, READ
from evigate.gate.reviews import open_review
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)

SAMPLE_MAX = 200
VERDICTS_WANTED = 2
TASKS_MAX = 10_000
REASON = "a sample of what is in use"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well people agree, over the drafts that two or more gave a verdict on.

    `share`, `kappa` (Cohen) and the pairs are of the first two verdicts on each; `alpha`
    (Krippendorff, nominal) is of all. None where it cannot be had: no such draft, or all verdicts
    alike.
    """

    drafts: int
    verdicts: int
    share: float | None
    kappa: float | None
    alpha: float | None


async def sample_reviews(
    tx: Tx,
    count: int,
    *,
    module_id: UUID | None = None,
    kind: str | None = None,
    assigned_to: str | None = None,
) -> list[UUID]:
    """Ask two people, blind, about approved artifacts that nobody has looked at; return the tasks.

    At most `count` and `SAMPLE_MAX`; which ones is chance, the same within one day. They stay in
    use meanwhile.
    """
    require(tx.subject, EVALUATE)
    rows = await _queries.sample_approved(
        tx.connection, module_id=module_id, kind=kind, limit=min(count, SAMPLE_MAX)
    )
    return [
        await open_review(
            tx,
            row["id"],
            REASON,
            wanted=VERDICTS_WANTED,
            is_blind=True,
            is_audit=True,
            assigned_to=assigned_to,
        )
        for row in rows
    ]


async def reviewers_agreement(
    tx: Tx, *, module_id: UUID | None = None, kind: str | None = None
) -> Agreement:
    """Return how well people agree; verdicts of open tasks do not count yet."""
    require(tx.subject, READ)
    rows = await _queries.verdicts_of_closed(
        tx.connection, module_id=module_id, kind=kind, limit=TASKS_MAX
    )
    by_task: dict[UUID, list[str]] = defaultdict(list)
    for row in rows:
        by_task[row["task_id"]].append(row["verdict"])
    return agreement_of([found for found in by_task.values() if len(found) > 1])


def agreement_of(units: Sequence[Sequence[str]]) -> Agreement:
    """Return the agreement over drafts with two or more verdicts each, in the order given."""
    first, second = [each[0] for each in units], [each[1] for each in units]
    return Agreement(
        drafts=len(units),
        verdicts=sum(map(len, units)),
        share=accuracy(first, second),
        kappa=cohen_kappa(first, second),
        alpha=krippendorff_alpha(units),
    )
