"""The gate's error codes, and how the database's refusals become them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg

from evigate.base.errors import Code, EvigateError, Kind
from evigate.kernel.db import Tx

E_ARTIFACT_NOT_FOUND = Code("E_ARTIFACT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the artifacts.")
E_ARTIFACT_STATE = Code(
    "E_ARTIFACT_STATE", Kind.CONFLICT, 409, "Look at the artifact's status; make a new version."
)
E_TRIAL_NOT_FOUND = Code(
    "E_TRIAL_NOT_FOUND", Kind.NOT_FOUND, 404, "List the trials with `evigate evals trials`."
)
E_SUITE_NOT_FOUND = Code("E_SUITE_NOT_FOUND", Kind.NOT_FOUND, 404, "List the suites.")
E_SUITE_INVALID = Code(
    "E_SUITE_INVALID", Kind.INVALID, 422, "Give each rule a check, bounds from 0 to 1, a weight."
)
E_SUITE_WEAK = Code(
    "E_SUITE_WEAK", Kind.CONFLICT, 409, "Add a hard check whose judge may gate; see the judges."
)
E_EVAL_RUN_NOT_FOUND = Code(
    "E_EVAL_RUN_NOT_FOUND", Kind.NOT_FOUND, 404, "List the judgements of the artifact."
)
E_REVIEW_NOT_FOUND = Code("E_REVIEW_NOT_FOUND", Kind.NOT_FOUND, 404, "Look at the review queue.")
E_REVIEWER_UNKNOWN = Code(
    "E_REVIEWER_UNKNOWN", Kind.INVALID, 422, "Name a member who reviews, by address or user:ID."
)
E_REVIEW_TWICE = Code(
    "E_REVIEW_TWICE", Kind.CONFLICT, 409, "Each person gives one verdict; leave this to another."
)
E_PROMPT_NOT_FOUND = Code("E_PROMPT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the prompts.")
E_PROMPT_INVALID = Code(
    "E_PROMPT_INVALID", Kind.INVALID, 422, "Declare each input that the text names, and no other."
)
E_PROMPT_TAKEN = Code("E_PROMPT_TAKEN", Kind.CONFLICT, 409, "Choose another version.")
E_EVAL_UNMEASURED = Code(
    "E_EVAL_UNMEASURED", Kind.CONFLICT, 409, "A person decides; the run says what was not measured."
)
E_KIND_UNKNOWN = Code("E_KIND_UNKNOWN", Kind.INVALID, 422, "List the kinds of artifact.")
E_CHECK_UNKNOWN = Code("E_CHECK_UNKNOWN", Kind.INVALID, 422, "List the checks with --help.")
E_JUDGE_LINES = Code(
    "E_JUDGE_LINES", Kind.INVALID, 422, "Correct the lines named in the output; the rest is judged."
)

CODES: tuple[Code, ...] = (
    E_ARTIFACT_NOT_FOUND,
    E_ARTIFACT_STATE,
    E_TRIAL_NOT_FOUND,
    E_SUITE_NOT_FOUND,
    E_SUITE_INVALID,
    E_SUITE_WEAK,
    E_EVAL_RUN_NOT_FOUND,
    E_REVIEW_NOT_FOUND,
    E_REVIEWER_UNKNOWN,
    E_REVIEW_TWICE,
    E_PROMPT_NOT_FOUND,
    E_PROMPT_INVALID,
    E_PROMPT_TAKEN,
    E_EVAL_UNMEASURED,
    E_KIND_UNKNOWN,
    E_CHECK_UNKNOWN,
    E_JUDGE_LINES,
)


@asynccontextmanager
async def refusals(tx: Tx, state: Code = E_ARTIFACT_STATE) -> AsyncIterator[None]:
    """Turn the database's refusal within the block into `state`; the transaction can go on."""
    try:
        async with tx.connection.transaction():
            yield
    except psycopg.errors.ObjectNotInPrerequisiteState as error:
        text = str(error).splitlines()[0]
        raise EvigateError(state, text[:1].upper() + text[1:] + ".") from error
