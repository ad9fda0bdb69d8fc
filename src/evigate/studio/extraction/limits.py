"""The limits of a project: time, money, machines, systems that stay, data to protect, level.

Each has a module of its own; here they are put in one row, with how used to computers people are.
"""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import Reading
from evigate.studio.extraction.refusals import Refusal
from evigate.studio.extraction.sensitive import sensitive_claims
from evigate.studio.extraction.spending import budget_claims
from evigate.studio.extraction.systems import system_claims
from evigate.studio.extraction.timeline import timeline_claims
from evigate.studio.fields import TECHNICAL_LEVEL

_LEVELS = (
    (
        "novice",
        re.compile(
            r"not\s+(?:very\s+|really\s+|at\s+all\s+)?(?:tech(?:nical(?:ly)?)?[\s-]*(?:savvy|minded|inclined)?|computer\s+(?:people|literate|savvy)|technical|good\s+with\s+computers)"
            r"|non-?technical(?:\s+\w+)?|nobody\s+(?:is\s+)?technical|no\s+(?:technical|it|computer)\s+(?:skills?|knowledge|experience|background|training|staff|department)"
            r"|elderly|seniors|older\s+people|pensioners|grandparents|computer[\s-]illiterate|technophob\w+|never\s+used\s+a\s+computer|easy\s+(?:enough\s+)?for\s+(?:anyone|everyone|beginners|children|kids)"
            r"|as\s+(?:easy|simple)\s+as\s+possible|without\s+(?:any\s+)?training|beginners?|speak\s+little\s+english|low\s+digital\s+literacy|who\s+are\s+not\s+computer\s+people"
        ),
    ),
    (
        "expert",
        re.compile(
            r"(?:for\s+)?(?:software\s+)?(?:developers|devops\s+engineers?|data\s+scientists|sysadmins|system\s+administrators|power\s+users|tech[\s-]savvy\s+\w+|programmers)|command[\s-]line|highly\s+technical|tech[\s-]savvy"
        ),
    ),
)


def limit_claims(reading: Reading, refused: Sequence[Refusal]) -> Iterator[Found]:
    """Yield the limits that a text states, one kind after the other."""
    yield from timeline_claims(reading)
    yield from budget_claims(reading)
    yield from system_claims(reading, refused)
    yield from sensitive_claims(reading, refused)
    yield from _level(reading)


def _level(reading: Reading) -> Iterator[Found]:
    for level, pattern in _LEVELS:
        for match in pattern.finditer(reading.shadow):
            if reading.is_read(match.start()):
                quote = reading.text[match.start() : match.end()]
                yield Found(
                    TECHNICAL_LEVEL, level, "fact", 0.75, quote, match.start(), match.end(), "level"
                )
                return
