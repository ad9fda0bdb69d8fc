"""Free answers graded by an agent: the offline grader by default, a model by the tenant's choice.

Both give the same output: a verdict, and what each line of the rubric earned by which words. A
model is believed only as far as its words stand in the answer and its verdict goes with its lines;
where they do not, or it cannot be asked, the offline grader's grade stands.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from evigate.agents import (
    Agent,
    AgentService,
    Answer,
    Implementation,
    Limits,
    Passage,
    PromptText,
)
from evigate.base.errors import EvigateError, Kind
from evigate.base.subject import job_subject
from evigate.gate.prompts import active_prompt
from evigate.kernel.db import Database
from evigate.learning.grading import ANSWER_CHARS_MAX, Grade, GradedLine, grade
from evigate.learning.items.payloads import RubricLine, ShortAnswerItem
from evigate.learning.same import same

NAME = "answer_grader"
VERSION = "1"
PROMPT = "learning.answer_grader"
TASK = "learning.grade"
EARNED = {"full": 1.0, "half": 0.5, "none": 0.0}
# A verdict of right needs so much of the rubric, one of wrong less.
RIGHT_SHARE_MIN = 0.5

Text = Annotated[str, Field(max_length=2_000)]


class GraderInput(BaseModel):
    """A question with its key and rubric, and what the learner answered."""

    model_config = ConfigDict(extra="forbid")

    question: Text
    key: Text
    accepted: list[Text] = Field(default_factory=list)
    rubric: list[RubricLine]
    answer: Annotated[str, Field(max_length=ANSWER_CHARS_MAX)]


class LineOut(BaseModel):
    """What a line of the rubric earned, by its number, and the answer's own words for it."""

    model_config = ConfigDict(extra="forbid")

    line: int
    earned: Literal["full", "half", "none"]
    words: Annotated[str, Field(max_length=ANSWER_CHARS_MAX)] = ""


class GraderOutput(BaseModel):
    """A verdict with its reason, said to the learner."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["right", "wrong", "unsure"]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    lines: list[LineOut] = Field(max_length=8)


def grade_offline(given: GraderInput, passages: Sequence[Passage]) -> Answer:
    """Grade by the offline rules."""
    item = ShortAnswerItem(
        stem=given.question,
        key=given.key,
        accepted=tuple(given.accepted),
        rubric=tuple(given.rubric),
    )
    found = grade(item, given.answer, [each.text for each in passages])
    words = {True: "right", False: "wrong", None: "unsure"}
    lines = [_line_out(number, line) for number, line in enumerate(found.lines)]
    return Answer(
        GraderOutput.model_validate(
            {"verdict": words[found.is_correct], "reason": found.reason, "lines": lines}
        )
    )


def _line_out(number: int, line: GradedLine) -> dict[str, Any]:
    share = line.earned / line.points
    earned = next(name for name, worth in EARNED.items() if share >= worth)
    return {"line": number, "earned": earned, "words": line.matched}


def _faults(given: GraderInput, output: GraderOutput) -> list[str]:
    numbers = sorted(each.line for each in output.lines)
    faults = []
    if numbers != list(range(len(given.rubric))):
        faults.append("lines: exactly one entry for each line of the rubric, from 0")
    if any(each.words not in given.answer for each in output.lines):
        faults.append("lines: words are copied from the answer, letter by letter")
    return faults


GRADER = Agent(
    name=NAME,
    version=VERSION,
    input=GraderInput,
    output=GraderOutput,
    builtin=grade_offline,
    prompt_name=PROMPT,
    description="Grades free answers against key, rubric and passages.",
    limits=Limits(turns=3, output_tokens=1_000, duration_s=60, call_timeout_s=20),
    faults=_faults,
)


class ModelGrader:
    """Grades free answers by a model, for tenants that chose one."""

    def __init__(self, database: Database, agents: AgentService) -> None:
        self._database = database
        self._agents = agents

    async def grade(
        self, tenant_id: UUID, item: ShortAnswerItem, answer: object, evidence: Sequence[str]
    ) -> Grade | None:
        """Return a model's grade; None where none is chosen, none is needed, or it gave none.

        An answer that is the key itself is graded without asking, and so is an empty one. The
        model is asked as the house, not as the learner, who has no part in agents.
        """
        if not isinstance(answer, str) or not answer.strip() or len(answer) > ANSWER_CHARS_MAX:
            return None
        if same(answer, (item.key, *item.accepted)) is not None:
            return None
        subject = job_subject(tenant_id, TASK)
        states = {each.agent.name: each for each in await self._agents.choosing.states(subject)}
        if states[NAME].selection.implementation is not Implementation.MODEL:
            return None
        async with self._database.tx(subject) as tx:
            prompt = await active_prompt(tx, PROMPT)
        given = GraderInput(
            question=item.stem,
            key=item.key,
            accepted=list(item.accepted),
            rubric=list(item.rubric),
            answer=answer,
        )
        try:
            result = await self._agents.run(
                subject,
                NAME,
                given,
                [Passage(str(number), text) for number, text in enumerate(evidence)],
                prompt=PromptText(
                    prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id)
                ),
            )
        except EvigateError as error:
            # A limit that is met must not keep a learner from going on.
            if error.code.kind not in (Kind.LIMIT, Kind.UPSTREAM, Kind.UNAVAILABLE):
                raise
            return None
        return None if result.fallback_reason else grade_of(item, answer, result.output)


def grade_of(item: ShortAnswerItem, answer: str, output: GraderOutput) -> Grade:
    """Return a model's output as a grade; a verdict that its lines do not bear out stays open."""
    by_line: Mapping[int, LineOut] = {each.line: each for each in output.lines}
    lines = tuple(_graded(line, by_line[number], answer) for number, line in enumerate(item.rubric))
    share = sum(line.earned for line in lines) / sum(line.points for line in lines)
    is_right = output.verdict == "right"
    is_borne_out = output.verdict != "unsure" and is_right == (share >= RIGHT_SHARE_MIN)
    return Grade(
        score=round(share, 4),
        is_correct=is_right if is_borne_out else None,
        confidence=1.0 if is_borne_out else 0.5,
        reason=output.reason,
        graded_by="model",
        lines=lines,
    )


def _graded(line: RubricLine, found: LineOut, answer: str) -> GradedLine:
    # Points are for words that the learner wrote, so a line without any earns none.
    worth = EARNED[found.earned] if found.words.strip() else 0.0
    if not worth:
        return GradedLine(line.text, line.points, 0.0)
    start = answer.find(found.words)
    end = start + len(found.words)
    return GradedLine(line.text, line.points, line.points * worth, found.words, start, end)
