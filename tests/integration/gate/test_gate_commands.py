"""The gate by the command line: trials that gate a build, the review queue, prompts."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import typer
from tests.integration.gate.conftest import HARD, HEART, KIND, SOFT, Bench, make_bench
from typer.testing import CliRunner

from evigate.base.errors import EvigateError
from evigate.base.ids import UserId
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate.checks import EvalType, Reading
from evigate.gate.commands import evals_app
from evigate.gate.desk import Gate
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import ArtifactKind, Kinds
from evigate.gate.models import Verdict
from evigate.gate.people_commands import artifacts_app, prompts_app, reviews_app
from evigate.gate.reviews import give_verdict, open_review
from evigate.gate.sampling import reviewers_agreement, sample_reviews
from evigate.kernel.console import Session

CARD = ArtifactKind(
    KIND,
    "Card",
    {"type": "object", "required": ["front", "back"]},
    frozenset(EvalType),
    lambda payload: Reading(
        kind=KIND,
        texts={"front": payload["front"]},
        question=f"{payload['front']}?",
        answer=payload["back"],
        claims=(HEART,),
    ),
    lambda payload: f"**{payload['front']}**\n\n{payload['back']}",
)


class Typed:
    """Types commands into an open house and reads what they print."""

    def __init__(self, house: House, subject: Subject) -> None:
        kinds = Kinds([CARD])
        self.gate = Gate(house.database, Evaluator(house.database, kinds), kinds, house.agents)
        self.subject = subject
        self._loop = asyncio.get_running_loop()
        self._app = typer.Typer()
        for name, made in (
            ("evals", evals_app),
            ("reviews", reviews_app),
            ("artifacts", artifacts_app),
            ("prompts", prompts_app),
        ):
            self._app.add_typer(made(self), name=name)

    def run(self, work: Any) -> Any:
        session = Session(self.gate, self.subject, lambda: None)
        return asyncio.run_coroutine_threadsafe(work(session), self._loop).result(60)

    async def __call__(self, *words: str, code: int = 0) -> str:
        done = await asyncio.to_thread(CliRunner().invoke, self._app, [str(w) for w in words])
        if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == code, done.output
        return done.stdout

    async def json(self, *words: Any, code: int = 0) -> Any:
        return json.loads(await self(*words, "--json", code=code))


@pytest.fixture
async def typed(house: House, owner: Subject) -> Typed:
    return Typed(house, owner)


async def test_a_trial_gates_a_build_by_share_and_moves_nothing(
    bench: Bench, typed: Typed, tmp_path: Path
) -> None:
    first, second = await bench.draft("What pumps blood"), await bench.draft("What has chambers")
    suite = await bench.suite(HARD, SOFT)
    saved = tmp_path / "trial.json"
    found = await typed.json("evals", "run", suite.name, "--fail-under", "1", "--save", str(saved))
    assert (found["trial"]["artifacts"], found["trial"]["share"]) == (2, 1.0)
    assert found["failures"] == []
    assert [await bench.status(each) for each in (first, second)] == ["PENDING_EVAL"] * 2
    assert json.loads(saved.read_text()) == found["trial"]
    same = await typed.json("evals", "run", suite.name, "--baseline", str(saved))
    assert same["comparison"]["shared"] == 2 and same["failures"] == []
    # Nothing of that kind is there: a share of nothing is none.
    empty = await typed.json(
        "evals", "run", suite.name, "--kind", "no", "--fail-under", ".1", code=1
    )
    assert "0 of 0 pass" in empty["failures"][0]


async def test_a_drop_that_is_no_luck_fails_the_build_even_above_the_share(
    bench: Bench, typed: Typed, tmp_path: Path
) -> None:
    for number in range(12):
        await bench.draft(f"card {number}")
    await bench.suite(HARD, SOFT)
    now = (await typed.json("evals", "run", "bench"))["trial"]
    raised = [[kind, key, score + 0.4] for kind, key, score in now["scores"]["ITEM_FLAWS"]]
    before = {**now, "scores": {**now["scores"], "ITEM_FLAWS": raised}}
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(before))
    new.write_text(json.dumps(now))
    shown = await typed.json("evals", "compare", old, new)
    changed = next(each for each in shown["rules"] if each["rule"] == "ITEM_FLAWS")
    assert changed["is_significant"] and changed["difference"] == pytest.approx(-0.4)
    found = await typed.json("evals", "run", "bench", "--baseline", old, code=1)
    assert [each.split()[0] for each in found["failures"]] == ["ITEM_FLAWS"]
    better = await typed.json("evals", "compare", new, old)
    assert all(each["difference"] >= 0 for each in better["rules"])


async def test_a_baseline_that_is_none_is_refused_before_anything_is_judged(
    bench: Bench, typed: Typed, tmp_path: Path
) -> None:
    await bench.suite(HARD)
    for text in ("", "[1]", '{"scores": 3}'):
        (tmp_path / "no.json").write_text(text)
        with pytest.raises(EvigateError, match="saved trial"):
            await typed("evals", "run", "bench", "--baseline", str(tmp_path / "no.json"))
    assert await bench.sql("SELECT 1 FROM gate.eval_runs") == []


async def test_stored_measures_are_worked_out_by_the_database(
    bench: Bench, typed: Typed, tmp_path: Path
) -> None:
    lines = [
        {"id": str(n), "evidence": [HEART], "claim": claim, "label": label}
        for n, (claim, label) in enumerate(
            [(HEART, 1), ("The heart has nine chambers.", 0), ("Rome lies in Spain.", 0)]
        )
    ]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)))
    judge = ("evals", "judge", "groundedness", "--in", source, "--out", tmp_path / "out.jsonl")
    await typed(*judge, "--store", "three claims")
    found = await typed.json("evals", "judges")
    kept = next(each for each in found["calibrations"] if each["dataset"] == "three claims")
    assert (kept["n"], kept["negatives"], kept["is_own_kind"]) == (3, 2, False)
    assert float(kept["auc"]) == 1.0
    ours = next(each for each in found["judges"] if each["name"] == "builtin:groundedness")
    assert ours["may_gate"], "a set of another kind takes no right away"
    with pytest.raises(EvigateError, match="reviews"):
        await typed(*judge, "--store", "reviews")


async def test_the_queue_from_question_to_verdict(
    bench: Bench, typed: Typed, house: House, stranger: Subject
) -> None:
    artifact = await bench.draft()
    suite = await bench.suite(HARD, SOFT)
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0, ITEM_FLAWS=0.5)
    assert await bench.status(artifact) == "PENDING_EVAL"
    theirs = await make_bench(house, stranger)
    hidden = await theirs.draft()
    async with house.database.tx(stranger) as tx:
        their_task = await open_review(tx, hidden, "theirs")
    listed = await typed.json("reviews", "list")
    assert [UUID(each["artifact_id"]) for each in listed] == [artifact]
    task = listed[0]["id"]
    shown = await typed.json("reviews", "show", task)
    assert {each["eval_type"]: each["passed"] for each in shown["results"]} == {
        "SCHEMA_VALIDATION": True,
        "ITEM_FLAWS": False,
    }
    with pytest.raises(EvigateError, match="no open review"):
        await typed("reviews", "give", str(their_task), "approve")
    given = await typed.json("reviews", "give", task, "approve", "--comment", "fine")
    assert (given["task_status"], given["artifact_status"]) == ("closed", "APPROVED")
    assert await typed.json("reviews", "list") == []
    assert [each["id"] for each in await typed.json("artifacts", "list")] == [str(artifact)]
    graph = await typed.json("artifacts", "lineage", str(artifact))
    assert {"document", "quote", "run", "artifact", "eval"} <= {n["kind"] for n in graph["nodes"]}
    await typed("artifacts", "retire", str(artifact), "--reason", "old")
    assert await bench.status(artifact) == "RETIRED"


async def test_a_prompt_is_written_put_in_use_and_rolled_back(typed: Typed, tmp_path: Path) -> None:
    for version in ("1", "2"):
        file = tmp_path / f"{version}.md"
        file.write_text(f"name: own.prompt\nversion: {version}\ninputs: text\n\nRead {{{{text}}}}.")
        await typed("prompts", "add", str(file))
        await typed("prompts", "activate", "own.prompt", version)
    assert (await typed.json("prompts", "show", "own.prompt"))["version"] == "2"
    await typed("prompts", "activate", "own.prompt", "1")
    assert (await typed.json("prompts", "show", "own.prompt"))["version"] == "1"
    with pytest.raises(EvigateError, match="no prompt"):
        await typed("prompts", "activate", "own.prompt", "9")


async def test_a_sample_of_what_is_in_use_is_looked_at_twice_and_agreement_follows(
    bench: Bench, typed: Typed, stranger: Subject
) -> None:
    suite = await bench.suite(HARD)
    drafts = [await bench.draft(f"card {number}") for number in range(4)]
    for draft in drafts:
        await bench.judge(draft, suite, SCHEMA_VALIDATION=1.0)
    waiting = await bench.draft("nobody judged this")
    assert (await typed.json("reviews", "agreement"))["alpha"] is None
    found = await typed.json("reviews", "sample", "3")
    assert len(found["task_ids"]) == 3
    rest = await typed.json("reviews", "sample", "9")
    # What waits is no sample, and nothing is asked twice.
    assert len(rest["task_ids"]) == 1
    assert (await typed.json("reviews", "sample", "9"))["task_ids"] == []
    tasks = await typed.json("reviews", "list")
    assert all(each["is_blind"] and each["is_audit"] and each["wanted"] == 2 for each in tasks)
    assert str(waiting) not in {each["artifact_id"] for each in tasks}
    assert {await bench.status(each) for each in drafts} == {"APPROVED"}
    other = await second_reviewer(bench)
    verdicts = (Verdict.APPROVED, Verdict.APPROVED, Verdict.APPROVED, Verdict.REJECTED)
    async with bench.house.database.tx(bench.subject) as tx:
        for task, verdict in zip(tasks, verdicts, strict=True):
            await give_verdict(tx, UUID(task["id"]), verdict)
    async with bench.house.database.tx(other) as tx:
        for task, verdict in zip(tasks, verdicts, strict=True):
            await give_verdict(tx, UUID(task["id"]), verdict)
    agreed = await typed.json("reviews", "agreement")
    assert agreed == {"drafts": 4, "verdicts": 8, "share": 1.0, "kappa": 1.0, "alpha": 1.0}
    assert sorted([await bench.status(each) for each in drafts]) == ["APPROVED"] * 3 + ["REJECTED"]
    async with bench.house.database.tx(stranger) as tx:
        assert (await reviewers_agreement(tx)).drafts == 0
        assert await sample_reviews(tx, 9) == []


async def second_reviewer(bench: Bench) -> Subject:
    user_id = UUID(int=77)
    async with bench.house.database.maintenance("test") as tx:
        await tx.connection.execute(
            "INSERT INTO kernel.users (id, email, display_name) VALUES (%s, 'b@x.test', 'B')",
            (user_id,),
        )
        await tx.connection.execute(
            "INSERT INTO kernel.memberships (tenant_id, user_id, role) VALUES (%s, %s, 'editor')",
            (bench.subject.tenant_id, user_id),
        )
    return Subject(bench.subject.tenant_id, f"user:{user_id}", "editor", UserId(user_id))
