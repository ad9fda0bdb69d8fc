"""How verdicts are shown: a word, a tone and a mark, so that colour alone says nothing."""

from collections.abc import Mapping

from evigate.kernel.pages import Badge

VERDICT_BADGES: Mapping[str, Badge] = {
    "reproduced": Badge("Reproduced", "good", "check"),
    "partly": Badge("Partly reproduced", "fair", "half"),
    "not reproduced": Badge("Not reproduced", "poor", "cross"),
    "not comparable": Badge("Not comparable", "neutral", "dash"),
}
