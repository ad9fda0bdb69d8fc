"""The routes of suites, trials, judges and prompts: what drafts are held to, and made with."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from evigate.agents import AgentService
from evigate.base.subject import Subject
from evigate.gate.compare import Comparison, compare_scores
from evigate.gate.errors import (
    E_PROMPT_INVALID,
    E_PROMPT_NOT_FOUND,
    E_PROMPT_TAKEN,
    E_SUITE_INVALID,
    E_SUITE_NOT_FOUND,
    E_SUITE_WEAK,
    E_TRIAL_NOT_FOUND,
)
from evigate.gate.evaluate import Evaluator
from evigate.gate.judges.chosen import judges_of
from evigate.gate.kinds import Kinds
from evigate.gate.models import ArtifactStatus, Suite
from evigate.gate.prompts import Prompt, activate_prompt, active_prompt, add_prompt, list_prompts
from evigate.gate.recalibrate import (
    CalibrationView,
    JudgeView,
    list_calibrations,
    list_judges,
    recalibrate,
)
from evigate.gate.suites import (
    NewRule,
    charges,
    create_suite,
    find_suite,
    list_suites,
    put_in_charge,
)
from evigate.gate.trials import (
    KeptTrial,
    compare_kept,
    list_trials,
    run_trial,
    saved_scores,
)
from evigate.kernel.db import Database
from evigate.kernel.http import PageOf, responses_of

Score = Annotated[float, Field(ge=0, le=1)]


class RuleIn(BaseModel):
    """A rule to write."""

    eval_type: str = Field(max_length=100, examples=["GROUNDEDNESS"])
    min_score: Score | None = None
    max_score: Score | None = None
    weight: float = Field(default=1.0, ge=0, le=1000)
    hard_fail: bool = False
    is_advisory: bool = False
    params: dict[str, Any] = Field(default_factory=dict)


class SuiteIn(BaseModel):
    """A suite to write; a name that exists gets its next version."""

    name: str = Field(min_length=1, max_length=100, examples=["strict_mcq"])
    description: str = Field(default="", max_length=2000)
    rules: list[RuleIn] = Field(min_length=1, max_length=50)
    pass_score: Score = 0.6
    review: str = Field(default="doubtful", pattern="^(doubtful|always)$")
    needs_citations: bool = True


class ChargeIn(BaseModel):
    """The suite that judges a kind from now on."""

    suite: str = Field(max_length=100)
    version: int | None = Field(default=None, ge=1)


class TrialIn(BaseModel):
    """What to try a suite on; with a saved trial as baseline the two are compared."""

    suite: str = Field(max_length=100)
    module_id: UUID | None = None
    kind: str | None = None
    status: ArtifactStatus | None = None
    judges: list[Annotated[str, Field(max_length=300)]] = Field(
        default_factory=list, max_length=20, examples=[["groundedness=chosen@strict"]]
    )
    baseline: dict[str, Any] | None = None


class TrialOut(BaseModel):
    """What a trial brought, to be saved as a later one's baseline."""

    trial: dict[str, Any]
    comparison: Comparison | None


class PromptIn(BaseModel):
    """A version of a prompt to write; inputs are what its text names as {{input}}."""

    name: str = Field(max_length=100, examples=["judge.groundedness"])
    version: str = Field(min_length=1, max_length=40, examples=["2"])
    content: str = Field(min_length=1, max_length=100_000)


def suite_routes(
    routes: APIRouter,
    database: Database,
    subject_of: Any,
    evaluator: Evaluator,
    known: Kinds,
    agents: AgentService,
) -> None:
    """Add the routes of suites and trials."""
    _writing_routes(routes, database, subject_of)
    _charge_routes(routes, database, subject_of, known)
    _kept_trial_routes(routes, database, subject_of)
    _trying_routes(routes, database, subject_of, evaluator, agents)


def _writing_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.get("/suites")
    async def suites(subject: Annotated[Subject, subject_of]) -> PageOf[Suite]:
        """List the suites with their rules, by name, the newest version first."""
        async with database.tx(subject) as tx:
            return PageOf(items=await list_suites(tx))

    @routes.get("/suites/{name}", responses=responses_of(E_SUITE_NOT_FOUND))
    async def suite(
        name: str, subject: Annotated[Subject, subject_of], version: int | None = None
    ) -> Suite:
        """Get a suite: the tenant's own before the library's, the newest unless told."""
        async with database.tx(subject) as tx:
            return await find_suite(tx, name, version)

    @routes.post("/suites", status_code=201, responses=responses_of(E_SUITE_INVALID))
    async def write(body: SuiteIn, subject: Annotated[Subject, subject_of]) -> Suite:
        """Write a suite, or the next version of one."""
        rules = [NewRule(**rule.model_dump()) for rule in body.rules]
        async with database.tx(subject) as tx:
            return await create_suite(
                tx,
                body.name,
                rules,
                description=body.description,
                pass_score=body.pass_score,
                review=body.review,
                needs_citations=body.needs_citations,
            )


def _charge_routes(routes: APIRouter, database: Database, subject_of: Any, known: Kinds) -> None:
    @routes.get("/kinds")
    async def kinds(subject: Annotated[Subject, subject_of]) -> dict[str, UUID]:
        """Get which suite judges each kind of artifact today."""
        async with database.tx(subject) as tx:
            return await charges(tx)

    @routes.put(
        "/kinds/{kind}/suite",
        status_code=204,
        responses=responses_of(E_SUITE_NOT_FOUND, E_SUITE_WEAK, E_SUITE_INVALID),
    )
    async def charge(kind: str, body: ChargeIn, subject: Annotated[Subject, subject_of]) -> None:
        """Let a suite judge a kind from now on."""
        async with database.tx(subject) as tx:
            chosen = await find_suite(tx, body.suite, body.version)
            known.admit(kind, (rule.eval_type for rule in chosen.rules))
            await put_in_charge(tx, kind, chosen)


def _kept_trial_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    @routes.get("/trials")
    async def trials(subject: Annotated[Subject, subject_of]) -> PageOf[KeptTrial]:
        """List the trials that are kept, newest first."""
        async with database.tx(subject) as tx:
            return PageOf(items=await list_trials(tx))

    @routes.get("/trials/comparison", responses=responses_of(E_TRIAL_NOT_FOUND))
    async def comparison(
        first: UUID, second: UUID, subject: Annotated[Subject, subject_of]
    ) -> Comparison:
        """Compare two trials rule by rule, paired by artifact."""
        async with database.tx(subject) as tx:
            return await compare_kept(tx, first, second)


def _trying_routes(
    routes: APIRouter,
    database: Database,
    subject_of: Any,
    evaluator: Evaluator,
    agents: AgentService,
) -> None:
    @routes.post("/trials", responses=responses_of(E_SUITE_NOT_FOUND))
    async def trial(body: TrialIn, subject: Annotated[Subject, subject_of]) -> TrialOut:
        """Judge artifacts by a suite without moving them; answers when it is done."""
        before = None if body.baseline is None else saved_scores(body.baseline)
        found = await run_trial(
            database,
            evaluator,
            subject,
            body.suite,
            module_id=body.module_id,
            kind=body.kind,
            status=body.status,
            judges=await judges_of(database, agents, subject, body.judges),
        )
        compared = None if before is None else compare_scores(before, found.scores)
        return TrialOut(trial=found.to_json(), comparison=compared)


def judge_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    """Add the routes of judges."""

    @routes.get("/judges")
    async def judges(subject: Annotated[Subject, subject_of]) -> PageOf[JudgeView]:
        """List the judges, and whether each may gate today."""
        async with database.tx(subject) as tx:
            return PageOf(items=await list_judges(tx))

    @routes.get("/judges/calibrations")
    async def calibrations(
        subject: Annotated[Subject, subject_of],
    ) -> PageOf[CalibrationView]:
        """List how the judges did on labelled sets, the latest of each first."""
        async with database.tx(subject) as tx:
            return PageOf(items=await list_calibrations(tx))

    @routes.post("/judges/recalibrate")
    async def measure(subject: Annotated[Subject, subject_of]) -> dict[str, int]:
        """Measure each judge on the verdicts that people gave."""
        async with database.tx(subject) as tx:
            return await recalibrate(tx)


def prompt_routes(routes: APIRouter, database: Database, subject_of: Any) -> None:
    """Add the routes of prompts."""

    @routes.get("/prompts")
    async def prompts(subject: Annotated[Subject, subject_of]) -> PageOf[Prompt]:
        """List the prompts, by name, the newest version first."""
        async with database.tx(subject) as tx:
            return PageOf(items=await list_prompts(tx))

    @routes.get("/prompts/{name}", responses=responses_of(E_PROMPT_NOT_FOUND))
    async def prompt(name: str, subject: Annotated[Subject, subject_of]) -> Prompt:
        """Get the version of a prompt that is in use."""
        async with database.tx(subject) as tx:
            return await active_prompt(tx, name)

    @routes.post(
        "/prompts", status_code=201, responses=responses_of(E_PROMPT_TAKEN, E_PROMPT_INVALID)
    )
    async def write(body: PromptIn, subject: Annotated[Subject, subject_of]) -> Prompt:
        """Write a version of a prompt; put it in use afterwards."""
        async with database.tx(subject) as tx:
            return await add_prompt(tx, body.name, body.version, body.content)

    @routes.post(
        "/prompts/{prompt_id}/activate",
        status_code=204,
        responses=responses_of(E_PROMPT_NOT_FOUND),
    )
    async def activate(prompt_id: UUID, subject: Annotated[Subject, subject_of]) -> None:
        """Put a version in use; an older one rolls back."""
        async with database.tx(subject) as tx:
            await activate_prompt(tx, prompt_id)
