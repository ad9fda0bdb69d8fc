"""Known names in a text: each at its first place that is neither refused nor only a comparison."""

import re
from collections.abc import Iterator, Mapping, Sequence

from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal


def mentioned(
    reading: Reading,
    refused: Sequence[Refusal],
    field_path: str,
    patterns: Mapping[str, re.Pattern[str]],
    confidence: float,
) -> Iterator[Found]:
    """Yield each name that a text mentions, at its first place that is not refused."""
    seen: set[str] = set()
    for name, pattern in patterns.items():
        for match in pattern.finditer(reading.shadow):
            start, end = match.span()
            is_refused = any(each.start <= start < each.end for each in refused) and not match[
                0
            ].startswith(("without", "no "))
            if not reading.is_read(start) or is_refused or is_likened(reading.shadow, start):
                continue
            value = name or " ".join(reading.text[start:end].split())
            if value.casefold() in seen:
                continue
            seen.add(value.casefold())
            yield Found(
                field_path,
                value,
                "fact",
                confidence,
                reading.text[start:end],
                start,
                end,
                "lexicon",
            )
            if name:
                break


def is_likened(shadow: str, start: int) -> bool:
    """Say whether a name only stands for comparison ("an app like Slack", "unlike ShareNow")."""
    return (
        re.search(
            r"\b(?:apps?|something|tool|site|platform|an?)\s+like\s+$|\bunlike\s+$",
            shadow[max(0, start - 18) : start],
        )
        is not None
    )
