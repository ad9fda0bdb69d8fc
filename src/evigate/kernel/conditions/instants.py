"""Points in time as documents write them: ISO 8601, read the same way by both machines."""

import re
from datetime import UTC, datetime

# The database reads by this pattern too; see kernel.condition_instant.
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def instant(text: str) -> datetime | None:
    """Return a point in time; without a zone it is UTC, and None where there is no such time."""
    if INSTANT.fullmatch(text) is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
