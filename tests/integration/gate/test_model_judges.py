"""A model's judge earns its floor as any judge does: measured on labelled lines, by its version."""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.providers.fake_server import KEY, FakeServer, Scene, serving
from tests.integration.gate.conftest import HARD, HEART, Bench
from tests.integration.gate.test_gate_commands import CARD, Typed

from evigate.agents import Implementation, Selection
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate.evals import list_results
from evigate.gate.evaluate import Evaluator
from evigate.gate.judges.agreement import krippendorff_alpha
from evigate.gate.judges.chosen import chosen_judges
from evigate.gate.kinds import Kinds
from evigate.gate.models import Verdict
from evigate.gate.prompts import add_prompt
from evigate.gate.recalibrate import list_calibrations, list_judges
from evigate.gate.reviews import give_verdict, open_review
from evigate.gate.suites import NewRule

GOOD, BAD = "The heart has four chambers.", "The heart has nine chambers."
LINES = 60


@pytest.fixture
async def typed(house: House, owner: Subject) -> Typed:
    return Typed(house, owner)


def knows_four(body: dict[str, Any]) -> str:
    """Judge that four chambers are supported, and nothing else; say nothing of what is broken."""
    text = "\n".join(str(message["content"]) for message in body["messages"])
    if "broken" in text:
        return "{}"
    claims = re.search(r'"claims":"((?:[^"\\]|\\.)*)"', text)
    assert claims is not None
    is_four = "four" in claims[1]
    verdict = {
        "claim": 0,
        "verdict": "supported" if is_four else "unsupported",
        "quote": HEART if is_four else "",
    }
    return json.dumps({"answer": {"claims": [verdict]}})


async def choose(house: House, owner: Subject, server: FakeServer, model: str = "m-1") -> None:
    async with house.database.tx(owner) as tx:
        await house.vault.write(tx, "model", KEY)
    await house.agents.choose(
        owner,
        Selection(
            "judge.groundedness",
            Implementation.MODEL,
            provider="openai_compatible",
            model=model,
            base_url=f"{server.url}/v1",
            secret="model",
        ),
    )


def write_set(path: Path, count: int, *more: dict[str, Any]) -> Path:
    lines = [
        {
            "id": str(n),
            "evidence": [HEART],
            "claim": f"{GOOD if n % 2 else BAD} ({n})",
            "label": n % 2,
        }
        for n in range(count)
    ]
    path.write_text("\n".join(json.dumps(each) for each in (*lines, *more)))
    return path


async def test_a_models_judge_gates_once_it_has_reached_its_floor_and_not_before(
    bench: Bench, typed: Typed, tmp_path: Path
) -> None:
    house, owner = bench.house, bench.subject
    broken = {"id": "b", "evidence": [HEART], "claim": "broken", "label": 0}
    source, out = write_set(tmp_path / "in.jsonl", LINES, broken), tmp_path / "out.jsonl"
    judge = ("evals", "judge", "groundedness", "--in", source, "--out", out, "--model")
    with pytest.raises(EvigateError, match="No model is chosen"):
        await typed(*judge, "chosen")
    evaluator = Evaluator(
        house.database,
        Kinds([CARD]),
        chosen=partial(chosen_judges, house.database, house.agents),
    )
    rule = NewRule("GROUNDEDNESS", min_score=0.75, hard_fail=True)
    await bench.suite(HARD, rule)
    async with serving() as server:
        server.always = Scene(output=knows_four)
        await choose(house, owner, server)
        before = await bench.draft("before")
        [unproven] = await evaluator.evaluate(owner, [before])
        assert unproven.outcome.needs_review and unproven.judge == "llm:m-1"
        found = await typed.json(*judge, "chosen", "--store", "mine", "--own-kind")
        after = await bench.draft("after")
        [proven] = await evaluator.evaluate(owner, [after])
        # Another model at the same server, with the same key, for this once.
        small = write_set(tmp_path / "small.jsonl", 2)
        other = await typed.json(
            "evals", "judge", "groundedness", "--in", small, "--out", out, "--model",
            "openai_compatible:m-2",
        )  # fmt: skip
        assert server.asked[-1]["body"]["model"] == "m-2"
        async with house.database.tx(owner) as tx:
            await add_prompt(tx, "judge.groundedness", "curt", "{{claims}} {{evidence}}")
        curt = await typed.json(
            "evals", "judge", "groundedness", "--in", small, "--out", out, "--model", "chosen",
            "--prompt", "curt", "--store", "small", "--own-kind",
        )  # fmt: skip
    assert (found["judge"], found["labelled"], found["auc"]) == ("llm:m-1", LINES, 1.0)
    # What the built-in check answered in its place says nothing of the model.
    assert found["not_measured"] == 1
    assert other["judge"] == "llm:m-2"
    assert len({found["version"], curt["version"]}) == 2
    assert not proven.outcome.needs_review
    assert await bench.status(after) == "APPROVED"
    assert await bench.status(before) == "PENDING_EVAL"
    async with house.database.tx(owner) as tx:
        judges = {(e.name, e.version): e for e in await list_judges(tx)}
        results = await list_results(tx, proven.run_id)
    assert judges[("llm:m-1", found["version"])].may_gate
    # Two lines are too few to trust another wording of the same model.
    assert not judges[("llm:m-1", curt["version"])].may_gate
    assert next(each for each in results if each.eval_type == "GROUNDEDNESS").may_gate


async def test_verdicts_of_people_recalibrate_a_models_judge(bench: Bench, typed: Typed) -> None:
    house, owner = bench.house, bench.subject
    evaluator = Evaluator(
        house.database,
        Kinds([CARD]),
        chosen=partial(chosen_judges, house.database, house.agents),
    )
    await bench.suite(HARD, NewRule("GROUNDEDNESS", min_score=0.75, hard_fail=True))
    async with serving() as server:
        server.always = Scene(output=knows_four)
        await choose(house, owner, server)
        drafts = [await bench.draft(key) for key in ("one", "two")]
        await evaluator.evaluate(owner, drafts)
    async with house.database.tx(owner) as tx:
        for draft, verdict in zip(drafts, (Verdict.APPROVED, Verdict.REJECTED), strict=True):
            task = await open_review(tx, draft, "look")
            await give_verdict(tx, task, verdict)
    counts = await typed.json("evals", "recalibrate")
    assert counts["llm:m-1"] == 2
    async with house.database.tx(owner) as tx:
        measured = [e for e in await list_calibrations(tx) if e.judge == "llm:m-1"]
    assert [(e.dataset, e.n, e.negatives) for e in measured] == [("reviews", 2, 1)]
    # The judge passed both, people one: it and they are the two raters of each.
    said = krippendorff_alpha([[True, True], [True, False]])
    assert measured[0].alpha is not None and float(measured[0].alpha) == said == 0.0


@pytest.mark.parametrize(
    ("model", "said"),
    [("m-1", "PROVIDER:MODEL"), ("nobody:m-1", "A provider is one of")],
)
async def test_a_judge_that_is_none_is_refused(
    bench: Bench, typed: Typed, tmp_path: Path, model: str, said: str
) -> None:
    source = write_set(tmp_path / "in.jsonl", 1)
    with pytest.raises(EvigateError, match=said):
        await typed(
            "evals", "judge", "groundedness", "--in", source, "--out", tmp_path / "o",
            "--model", model,
        )  # fmt: skip
    with pytest.raises(EvigateError, match="a rule decides it"):
        await typed(
            "evals", "judge", "schema_validation", "--in", source, "--out", tmp_path / "o",
            "--model", "chosen",
        )  # fmt: skip


async def test_a_trial_names_its_judges_model_and_prompt_and_is_compared_later(
    bench: Bench, typed: Typed
) -> None:
    house, owner = bench.house, bench.subject
    await bench.suite(HARD, NewRule("GROUNDEDNESS", min_score=0.75, hard_fail=True))
    for number in range(3):
        await bench.draft(f"card {number}")
    async with house.database.tx(owner) as tx:
        await add_prompt(tx, "judge.groundedness", "curt", "{{claims}} {{evidence}}")
    async with serving() as server:
        server.always = Scene(output=knows_four)
        await choose(house, owner, server)
        plain = (await typed.json("evals", "run", "bench"))["trial"]
        asked = await typed.json("evals", "run", "bench", "--judge", "groundedness=chosen@curt")
        with pytest.raises(EvigateError, match="CHECK=MODEL"):
            await typed("evals", "run", "bench", "--judge", "groundedness")
        with pytest.raises(EvigateError, match="no version 'none'"):
            await typed("evals", "run", "bench", "--judge", "groundedness=chosen@none")
        systems = [each["body"]["messages"][0]["content"] for each in server.asked]
    assert len(systems) == 3 and all("check whether claims" not in each for each in systems)
    assert (plain["judge"], asked["trial"]["judge"]) == ("built-in", "llm:m-1")
    kept = await typed.json("evals", "trials")
    assert [each["prompts"] for each in kept] == [["judge.groundedness curt"], []]
    found = await typed.json("evals", "trials", plain["id"], asked["trial"]["id"])
    assert found["shared"] == 3
    assert {each["rule"] for each in found["rules"]} >= {"GROUNDEDNESS", "OVERALL"}


async def test_a_trial_says_on_how_many_drafts_its_model_did_not_judge(
    bench: Bench, typed: Typed
) -> None:
    await bench.suite(HARD, NewRule("GROUNDEDNESS", min_score=0.75, hard_fail=True))
    await bench.draft("card")
    async with serving() as server:
        server.always = Scene(output='{"nothing": 1}')
        await choose(bench.house, bench.subject, server)
        asked = ("evals", "run", "bench", "--judge", "groundedness=chosen")
        found = (await typed.json(*asked))["trial"]
        told = await typed(*asked)
    assert (found["judge"], found["fell_back"]) == ("llm:m-1", {"GROUNDEDNESS": 1})
    assert "GROUNDEDNESS: the built-in judge answered for the model on 1 of 1" in told
