"""The gate's pages over HTTP: the queue, verdicts one by one and several at once, what stays hidden."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from tests.integration.gate.conftest import HARD, HEART, KIND, SOFT, Bench, make_bench
from tests.integration.gate.test_gate_commands import CARD
from tests.integration.test_pages import browser, csrf

from evigate.base.canonical import content_hash
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate.artifacts import create_artifact
from evigate.gate.desk import Gate
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.gate.models import NewArtifact, NewCitation, Suite, Verdict
from evigate.gate.prompts import add_prompt
from evigate.gate.reviews import give_verdict, open_review
from evigate.gate.trials import run_trial


@pytest.fixture
async def suite(bench: Bench) -> Suite:
    bench.house.kinds = Kinds([CARD])
    evaluator = Evaluator(bench.house.database, bench.house.kinds)
    bench.house.gate = Gate(bench.house.database, evaluator, bench.house.kinds, bench.house.agents)
    return await bench.suite(HARD, SOFT)


@pytest.fixture
async def page(suite: Suite, bench: Bench) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(bench.house, bench.subject) as client:
        yield client


async def doubtful(bench: Bench, suite: Suite, key: str) -> tuple[UUID, UUID]:
    """Return a draft that a person has to decide on, and its task."""
    artifact = await bench.draft(key)
    await bench.judge(artifact, suite, SCHEMA_VALIDATION=1.0, ITEM_FLAWS=0.5)
    rows = await bench.sql("SELECT id FROM gate.review_tasks WHERE artifact_id = %s", artifact)
    return artifact, rows[0]["id"]


async def colleague(house: House, owner: Subject, email: str = "c@house.test") -> Subject:
    """Return another person of the owner's tenant."""
    assert owner.tenant_id is not None
    await house.tenancy.add_member(owner, email, "editor")
    members = {each.email: each for each in await house.tenancy.list_members(owner)}
    user = members[email].user_id
    return Subject(owner.tenant_id, f"user:{user}", "editor", user)


async def test_the_queue_says_what_waits_why_and_how_long_of_ones_own_tenant_alone(
    page: httpx.AsyncClient, bench: Bench, suite: Suite, house: House, stranger: Subject
) -> None:
    assert "Nothing waits for you" in (await page.get("/reviews")).text
    _, task = await doubtful(bench, suite, "What pumps blood")
    theirs = await make_bench(house, stranger)
    hidden = await theirs.draft("A stranger's card")
    async with house.database.tx(stranger) as tx:
        their_task = await open_review(tx, hidden, "theirs")
    listed = (await page.get("/reviews")).text
    assert "What pumps blood?" in listed and f"/reviews/{task}" in listed
    assert "stranger" not in listed and "0 of 1" in listed
    assert (await page.get(f"/reviews/{their_task}")).status_code == 404
    assert (await page.get(f"/artifacts/{hidden}")).status_code == 404
    answer = await page.post(
        f"/reviews/{their_task}/verdict", data={**csrf(house, page), "verdict": "APPROVED"}
    )
    assert answer.status_code == 404
    narrowed = await page.get("/reviews", params={"kind": "other.kind"})
    assert "No reviews like that" in narrowed.text
    assert "What pumps" in (await page.get("/reviews", params={"kind": KIND})).text


async def test_a_review_shows_the_quote_in_its_passage_and_what_each_check_said(
    page: httpx.AsyncClient, bench: Bench, suite: Suite
) -> None:
    artifact, task = await doubtful(bench, suite, "What pumps blood")
    shown = (await page.get(f"/reviews/{task}")).text
    assert f"<mark>{HEART}</mark>" in shown
    assert "/documents/" in shown and "#marked" in shown
    assert "Item flaws" in shown and "≥ 0.7" in shown and "Missed" in shown
    assert 'data-key="a"' in shown and "0.5" in shown
    whole = (await page.get(f"/artifacts/{artifact}")).text
    assert "<svg" in whole and "drafted" in whole and "a person has to decide" in whole


async def test_a_verdict_is_timed_and_leads_to_the_next_review(
    page: httpx.AsyncClient, bench: Bench, suite: Suite, house: House
) -> None:
    drafts = [await doubtful(bench, suite, f"card {n}") for n in range(3)]
    (first, one), (_, two), (_, three) = drafts
    opened = (await page.get(f"/reviews/{one}")).text
    stamp = opened.split('name="opened_at_ms" value="')[1].split('"')[0]
    given = {**csrf(house, page), "verdict": "APPROVED", "comment": "good", "opened_at_ms": stamp}
    answer = await page.post(f"/reviews/{one}/verdict", data=given)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reviews/{two}")
    assert await bench.status(first) == "APPROVED"
    rows = await bench.sql("SELECT duration_ms, comment FROM gate.reviews")
    assert 0 <= rows[0]["duration_ms"] < 60_000 and rows[0]["comment"] == "good"
    given = {**csrf(house, page), "verdict": "REJECTED"}
    answer = await page.post(f"/reviews/{three}/verdict", data=given)
    assert answer.headers["location"] == f"/reviews/{two}", "after the last, what is left"
    again = await page.post(f"/reviews/{three}/verdict", data=given)
    assert again.status_code == 404 and "no open review" in again.text
    answer = await page.post(f"/reviews/{two}/verdict", data=given)
    assert answer.headers["location"] == "/reviews?told=done"


async def test_several_are_decided_at_once_and_one_gone_does_not_undo_the_rest(
    page: httpx.AsyncClient, bench: Bench, suite: Suite, house: House, owner: Subject
) -> None:
    drafts = [await doubtful(bench, suite, f"card {n}") for n in range(3)]
    async with house.database.tx(owner) as tx:
        await give_verdict(tx, drafts[1][1], Verdict.REJECTED)
    data = {**csrf(house, page), "verdict": "APPROVED", "task": [str(task) for _, task in drafts]}
    answer = await page.post("/reviews", data=data)
    assert answer.headers["location"] == "/reviews?told=some"
    statuses = [await bench.status(artifact) for artifact, _ in drafts]
    assert statuses == ["APPROVED", "REJECTED", "APPROVED"]
    nothing = await page.post("/reviews", data={**csrf(house, page), "verdict": "APPROVED"})
    assert nothing.headers["location"] == "/reviews?told=none"


async def test_a_blind_review_hides_the_other_verdict_everywhere_until_it_is_closed(
    page: httpx.AsyncClient,
    bench: Bench,
    suite: Suite,
    house: House,
    owner: Subject,
    client: httpx.AsyncClient,
) -> None:
    artifact, _ = await doubtful(bench, suite, "card")
    async with house.database.tx(owner) as tx:
        task = await open_review(tx, artifact, "second look", wanted=2, is_blind=True)
    other = await colleague(house, owner)
    async with house.database.tx(other) as tx:
        await give_verdict(tx, task, Verdict.REJECTED, comment="it is nonsense")
    for address in (f"/reviews/{task}", f"/artifacts/{artifact}"):
        shown = (await page.get(address)).text
        assert "nonsense" not in shown and "c@house.test</strong> rejected" not in shown
    evals = (await client.get(f"/api/v1/artifacts/{artifact}/evals")).json()["items"]
    assert not any(each["judge_model"].startswith("human:") for each in evals)
    graph = (await client.get(f"/api/v1/artifacts/{artifact}/lineage")).json()
    assert not any(each["detail"].startswith("human:") for each in graph["nodes"])
    rows = await bench.sql("SELECT eval_run_id FROM gate.reviews WHERE task_id = %s", task)
    results = await client.get(f"/api/v1/evals/{rows[0]['eval_run_id']}/results")
    assert results.json()["items"] == []
    data = {**csrf(house, page), "verdict": "REJECTED"}
    await page.post(f"/reviews/{task}/verdict", data=data)
    assert "nonsense" in (await page.get(f"/artifacts/{artifact}")).text


async def test_who_may_only_look_is_offered_no_verdict_and_given_none(
    bench: Bench, suite: Suite, house: House, owner: Subject
) -> None:
    _, task = await doubtful(bench, suite, "card")
    assert owner.tenant_id is not None
    await house.tenancy.add_member(owner, "v@house.test", "viewer")
    member = next(m for m in await house.tenancy.list_members(owner) if m.email == "v@house.test")
    viewer = Subject(owner.tenant_id, f"user:{member.user_id}", "viewer", member.user_id)
    async with browser(house, viewer) as client:
        shown = await client.get(f"/reviews/{task}")
        assert shown.status_code == 200 and 'name="verdict"' not in shown.text
        assert 'name="task"' not in (await client.get("/reviews")).text
        data = {**csrf(house, client), "verdict": "APPROVED"}
        assert (await client.post(f"/reviews/{task}/verdict", data=data)).status_code == 403
        assert (await client.post("/reviews", data={**data, "task": str(task)})).status_code == 403


async def test_an_edit_is_a_new_version_that_shows_what_changed(
    page: httpx.AsyncClient, bench: Bench, suite: Suite, house: House, owner: Subject
) -> None:
    first, _ = await doubtful(bench, suite, "card")
    payload = {"front": "card", "back": "five"}
    async with house.database.tx(owner) as tx:
        second = await create_artifact(
            tx,
            NewArtifact(
                module_id=bench.module_id,
                kind=KIND,
                key="card",
                schema_version="1",
                content_hash=content_hash(payload),
                evidence_version="e",
                run_id=bench.run_id,
                payload=payload,
                citations=(NewCitation(bench.documents[0], HEART),),
                supersedes=first,
            ),
        )
    shown = (await page.get(f"/artifacts/{second}")).text
    assert "<del>four</del> <ins>five</ins>" in shown and "<strong>Version 2</strong>" in shown
    assert f'href="/artifacts/{first}"' in shown
    back = (await page.get(f"/artifacts/{first}", params={"against": str(second)})).text
    assert "<del>five</del> <ins>four</ins>" in back
    assert (await page.get(f"/artifacts/{first}", params={"against": "x"})).status_code == 422
    data = {**csrf(house, page), "reason": "wrong"}
    assert (await page.post(f"/artifacts/{second}/retire", data=data)).status_code == 303
    assert await bench.status(second) == "RETIRED"
    retired = (await page.get(f"/artifacts/{second}")).text
    assert "waiting → retired: wrong" in retired and "Take it out of use" not in retired


async def test_hostile_text_is_shown_and_never_run(
    page: httpx.AsyncClient, bench: Bench, suite: Suite
) -> None:
    artifact, task = await doubtful(bench, suite, "<script>alert(1)</script>")
    for address in ("/reviews", f"/reviews/{task}", f"/artifacts/{artifact}"):
        shown = (await page.get(address)).text
        assert "<script>alert" not in shown and "&lt;script&gt;" in shown


async def test_suites_judges_and_prompts_say_what_holds_today(
    page: httpx.AsyncClient, bench: Bench, house: House, owner: Subject, stranger: Subject
) -> None:
    async with house.database.tx(stranger) as tx:
        await add_prompt(tx, "strangers.own", "1", "Read {{text}}.")
    suites = (await page.get("/suites")).text
    assert "<strong>bench</strong>" in suites and "<strong>mcq</strong>" in suites
    judges = (await page.get("/judges")).text
    assert "BEGIN dev" in judges and "May gate" in judges and "Advises" in judges
    assert "It was never measured on a set of its kind" in judges
    written = {**csrf(house, page), "name": "own.prompt", "version": "1", "content": "See {{it}}."}
    assert (await page.post("/prompts", data=written)).status_code == 303
    again = await page.post("/prompts", data=written)
    assert again.status_code == 409 and "has a version" in again.text
    shown = (await page.get("/prompts")).text
    assert "own.prompt" in shown and "strangers.own" not in shown
    own = shown.split("own.prompt</h2>")[1]
    prompt_id = own.split("/prompts/")[1].split("/activate")[0]
    await page.post(f"/prompts/{prompt_id}/activate", data=csrf(house, page))
    own = (await page.get("/prompts")).text.split("own.prompt</h2>")[1].split("</section>")[0]
    assert "In use" in own


async def test_trials_stand_side_by_side_of_ones_own_tenant_alone(
    page: httpx.AsyncClient, bench: Bench, suite: Suite, house: House, stranger: Subject
) -> None:
    assert "No trials yet" in (await page.get("/trials")).text
    gate = bench.house.gate
    for number in range(8):
        await bench.draft(f"What pumps blood {number}")
    ids = []
    for name in ("bench", "bench"):
        found = await run_trial(gate.database, gate.evaluator, bench.subject, name)
        ids.append(found.id)
    theirs = await make_bench(house, stranger)
    await theirs.draft("theirs")
    await theirs.suite(HARD)
    hidden = await run_trial(gate.database, gate.evaluator, stranger, "bench")
    listed = (await page.get("/trials")).text
    assert all(str(each) in listed for each in ids) and str(hidden.id) not in listed
    shown = (await page.get("/trials", params={"first": ids[0], "second": ids[1]})).text
    assert "8 drafts in both" in shown and "may be luck" in shown
    missed = await page.get("/trials", params={"first": ids[0], "second": hidden.id})
    assert missed.status_code == 404


async def test_a_review_is_widened_and_a_sample_drawn_on_the_page(
    page: httpx.AsyncClient, bench: Bench, suite: Suite, house: House, owner: Subject
) -> None:
    _, task = await doubtful(bench, suite, "What pumps blood")
    other = await colleague(house, owner)
    ask = {**csrf(house, page), "assigned_to": other.actor, "wanted": "2", "is_blind": "true"}
    assert (await page.post(f"/reviews/{task}/assign", data=ask)).status_code == 303
    shown = (await page.get(f"/reviews/{task}")).text
    assert "0 of 2 given" in shown and "This review is blind" in shown
    assert f'value="{other.actor}" selected' in shown
    used = await bench.draft("What is in use")
    await bench.judge(used, suite, SCHEMA_VALIDATION=1.0, ITEM_FLAWS=1.0)
    drawn = await page.post("/reviews/samples", data={**csrf(house, page), "count": "5"})
    assert "told=sampled" in drawn.headers["location"]
    queue = (await page.get("/reviews?who=all")).text
    assert "a sample of what is in use" in queue and "audit of what is in use" in queue
    assert "no draft was judged by two people" in queue
    again = await page.post("/reviews/samples", data={**csrf(house, page), "count": "5"})
    assert "told=unsampled" in again.headers["location"]
