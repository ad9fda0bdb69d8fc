"""What is known, in sentences made of what was said: no model, no word that is not a claim's."""

from collections.abc import Iterable

from evigate.studio.objective import Objective
from evigate.studio.session.conflicts import shown
from evigate.studio.session.models import Session
from evigate.studio.standing import NeedStatus

SUMMARY_EVERY = 5
VALUES_MAX = 6


def summary_text(session: Session, objective: Objective) -> str:
    """Return a line for each thing that is known, then what is open; empty where nothing is."""
    lines = known_lines(session, objective, [each.key for each in objective.obligations])
    if missing := missing_of(session, objective):
        lines.append(f"Still open: {', '.join(missing)}.")
    return "\n".join(lines)


def missing_of(session: Session, objective: Objective) -> list[str]:
    """Return the titles of what is required and neither known nor left out, in order."""
    settled = {NeedStatus.SATISFIED, NeedStatus.SKIPPED}
    return [
        each.title
        for each in objective.obligations
        if each.is_required and session.needs[each.key].status not in settled
    ]


def known_lines(session: Session, objective: Objective, keys: Iterable[str]) -> list[str]:
    """Return a line for each of the needs of which something is known, in the order of the keys."""
    lines = []
    for key in keys:
        values = [shown(each.value) for each in session.claims_of(key)]
        if values:
            more = f" and {len(values) - VALUES_MAX} more" if len(values) > VALUES_MAX else ""
            title = objective.obligation(key).title
            lines.append(f"{title}: {'; '.join(values[:VALUES_MAX])}{more}.")
    return lines
