"""From evidence added up to a chance of being right, by Platt's logistic fit.

A claim's evidence only orders claims; how often claims of that evidence name data set and metric
rightly was counted on papers with gold by `scripts/fit_confidence.py`, which writes the numbers
used here. The curve rises, so the order stays.

Source: Platt, "Probabilistic outputs for support vector machines", 1999.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

LOWEST, HIGHEST = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over evidence."""

    slope: float
    intercept: float

    def chance(self, evidence: float) -> float:
        """Return the chance that a claim of such evidence is right, 0.01 to 0.99."""
        chance = 1 / (1 + math.exp(-(self.slope * evidence + self.intercept)))
        return round(min(max(chance, LOWEST), HIGHEST), 4)


@cache
def fitted() -> Calibration:
    """Return the curve that was fitted last."""
    text = resources.files("evigate.papers.lexicons").joinpath("confidence.json").read_text("utf-8")
    found = json.loads(text)
    return Calibration(found["slope"], found["intercept"])
