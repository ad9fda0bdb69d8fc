"""The built-in checks by what they judge; human review has none, since people answer it."""

from collections.abc import Mapping

from evigate.gate.checks import (
    alignment,
    answerability,
    concepts,
    correctness,
    distractors,
    duplication,
    flaws,
    groundedness,
    reading_level,
    safety,
    schema,
)
from evigate.gate.checks.models import BuiltinCheck, EvalType

_ALL = (
    BuiltinCheck(
        EvalType.SCHEMA_VALIDATION, schema.VERSION, schema.score_schema, is_of_words=False
    ),
    BuiltinCheck(EvalType.GROUNDEDNESS, groundedness.VERSION, groundedness.score_groundedness),
    BuiltinCheck(EvalType.ANSWERABILITY, answerability.VERSION, answerability.score_answerability),
    BuiltinCheck(EvalType.ANSWER_CORRECTNESS, correctness.VERSION, correctness.score_correctness),
    BuiltinCheck(EvalType.DISTRACTOR_QUALITY, distractors.VERSION, distractors.score_distractors),
    BuiltinCheck(
        EvalType.DIFFICULTY_CALIBRATION,
        reading_level.DIFFICULTY_VERSION,
        reading_level.score_difficulty,
    ),
    BuiltinCheck(
        EvalType.CONCEPT_ALIGNMENT, concepts.ALIGNMENT_VERSION, concepts.score_concept_alignment
    ),
    BuiltinCheck(EvalType.QA_ALIGNMENT, alignment.VERSION, alignment.score_alignment),
    BuiltinCheck(
        EvalType.HIERARCHY_CORRECTNESS, concepts.HIERARCHY_VERSION, concepts.score_hierarchy
    ),
    BuiltinCheck(
        EvalType.CONCEPT_GROUNDEDNESS,
        concepts.GROUNDEDNESS_VERSION,
        concepts.score_concept_groundedness,
    ),
    BuiltinCheck(EvalType.ITEM_FLAWS, flaws.VERSION, flaws.score_flaws),
    BuiltinCheck(EvalType.DUPLICATION, duplication.VERSION, duplication.score_duplication),
    BuiltinCheck(
        EvalType.READABILITY, reading_level.READABILITY_VERSION, reading_level.score_readability
    ),
    BuiltinCheck(EvalType.SAFETY_PII, safety.VERSION, safety.score_safety, is_of_words=False),
)
BUILTIN_CHECKS: Mapping[EvalType, BuiltinCheck] = {check.eval_type: check for check in _ALL}
