"""Judges: models that score drafts, and the measure of every judge against people.

A judge that has not shown on labelled things that it agrees with people may advise, not decide;
`may_gate` says which it is, for this very judge, prompt and version.
"""

from evigate.gate.judges.calibration import Calibration, Labelled, calibrate, may_gate
from evigate.gate.judges.llm import SUPPORTED, LlmJudge
from evigate.gate.judges.prompts import Prompt, default_prompt, fill, read_prompt

__all__ = [
    "SUPPORTED",
    "Calibration",
    "Labelled",
    "LlmJudge",
    "Prompt",
    "calibrate",
    "default_prompt",
    "fill",
    "may_gate",
    "read_prompt",
]
