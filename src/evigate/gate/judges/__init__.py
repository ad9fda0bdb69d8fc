"""Judges: models that score drafts, and the measure of every judge against people.

A judge that has not shown on labelled things that it agrees with people may advise, not decide;
`may_gate` says which it is, for this very judge, prompt and version.
"""

from evigate.gate.judges.calibration import Calibration, Labelled, calibrate, may_gate
from evigate.gate.judges.llm import SUPPORTED, Asked, LlmJudge, Unanswered
from evigate.gate.judges.prompts import Prompt, default_prompt, read_prompt, rules_of

__all__ = [
    "SUPPORTED",
    "Asked",
    "Calibration",
    "Labelled",
    "LlmJudge",
    "Prompt",
    "Unanswered",
    "calibrate",
    "default_prompt",
    "may_gate",
    "read_prompt",
    "rules_of",
]
