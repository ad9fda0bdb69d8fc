"""Many ideas at once: the first turn of a discovery on each line of a file, without a database.

A line is `{"id", "text"}`; what comes out for it is its domain, how complete it leaves the default
objective, and its claims. Ids come back as they were given and in their order; a line that cannot
be read gives a line that says why, and the rest go on.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from evigate.studio.extraction import Extraction, by_field
from evigate.studio.library import packaged_library
from evigate.studio.objective import Objective
from evigate.studio.project_discovery import PROJECT_DISCOVERY
from evigate.studio.reader import read_offline
from evigate.studio.standing import Said, Standing, completeness, standing_of

LINE_CHARACTERS_MAX = 2_000_000
_CLAIM_KEYS = ("field_path", "value", "kind", "confidence", "quote", "start", "end")

Extractor = Callable[[str], Extraction]


@dataclass(slots=True)
class Tally:
    """What a batch came to."""

    ideas: int = 0
    failed: int = 0
    claims: int = 0
    general: int = 0

    def to_json(self) -> dict[str, int]:
        """Return the counts as JSON values."""
        return asdict(self)


def first_reading(text: str) -> Extraction:
    """Return what a conversation's first turn reads, the trade as the packaged library knows it."""
    found, reading = read_offline(text, packaged_library())
    return replace(found, domain=reading.domain)


def extract_lines(
    lines: Iterable[str], tally: Tally, *, extractor: Extractor = first_reading
) -> Iterator[dict[str, Any]]:
    """Yield one answer a line, in order; blank lines are passed over."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        answer = _answer(line, number, extractor)
        tally.ideas += 1
        tally.failed += "error" in answer
        tally.claims += len(answer.get("claims", ()))
        tally.general += answer.get("domain") == "general"
        yield answer


def first_standings(found: Extraction, objective: Objective) -> dict[str, Standing]:
    """Return how each obligation stands after one text."""
    grouped = by_field(found.claims)
    return {
        each.key: standing_of(
            each,
            [Said(one.value, one.kind, one.confidence) for one in grouped.get(each.key, ())],
        )
        for each in objective.obligations
    }


def _answer(line: str, number: int, extractor: Extractor) -> dict[str, Any]:
    try:
        given = json.loads(line[:LINE_CHARACTERS_MAX])
    except (ValueError, RecursionError) as error:
        return {"id": None, "line": number, "error": f"the line is not JSON: {error}"}
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        known = given.get("id") if isinstance(given, dict) else None
        return {"id": known, "line": number, "error": "the line has no text: {id, text} is wanted"}
    # A lone surrogate is no character and could not be written out again.
    text = given["text"].encode("utf-8", "replace").decode("utf-8")
    found = extractor(text)
    return {
        "id": given.get("id"),
        "domain": found.domain,
        "completeness": completeness(PROJECT_DISCOVERY, first_standings(found, PROJECT_DISCOVERY)),
        "claims": [{key: getattr(each, key) for key in _CLAIM_KEYS} for each in found.claims],
    }
