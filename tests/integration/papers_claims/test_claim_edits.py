"""Editing claims through every door: what changes, what stays, and what is learnt from it."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from tests.conftest import api_client
from tests.fixtures.papers import make_paper, wine_paper
from tests.integration.test_pages import browser, csrf
from tests.integration.test_papers_api import ended

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.papers import ReproduceOptions, Source

API = "/api/v1"
Client = httpx.AsyncClient


async def taken_in(client: Client, data: bytes) -> tuple[str, list[dict[str, Any]]]:
    files = {"file": ("paper.pdf", data, "application/pdf")}
    paper_id = (await client.post(f"{API}/papers/ingest", files=files)).json()["paper_id"]
    await client.post(f"{API}/papers/{paper_id}/extract")
    return paper_id, await claims_of(client, paper_id)


async def claims_of(client: Client, paper_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{API}/papers/{paper_id}/claims")).json()[
        "claims"
    ]
    return found


async def edits_of(client: Client, paper_id: str) -> list[dict[str, Any]]:
    found = (await client.get(f"{API}/papers/{paper_id}/claim-edits")).json()
    edits: list[dict[str, Any]] = found["edits"]
    return edits


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_claim_is_corrected_and_what_it_was_stays(client: Client) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    claim = next(each for each in claims if each["method"] == "QDA")
    path = f"{API}/papers/{paper_id}/claims/{claim['id']}"
    body = {"dataset_name": "Wine (UCI)", "split": None, "reason": "the paper says so"}
    answer = await client.patch(path, json={**body, "own_method": True})
    assert answer.status_code == 200, answer.text
    found = next(e for e in await claims_of(client, paper_id) if e["id"] == claim["id"])
    assert (found["dataset_name"], found["own_method"]) == ("Wine (UCI)", True)
    assert found["confidence"] == 1.0
    assert found["quote"] == claim["quote"]
    (edit,) = await edits_of(client, paper_id)
    assert edit["kind"] == "correct"
    assert edit["reason"] == "the paper says so"
    assert edit["before"]["dataset"] == claim["dataset_name"]
    assert edit["after"]["dataset"] == "Wine (UCI)"
    assert code_of(await client.patch(path, json={"dataset_name": "Wine (UCI)"}))[1] == "E_INVALID"


async def test_a_number_that_its_quote_does_not_print_is_refused(client: Client) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    path = f"{API}/papers/{paper_id}/claims/{claims[0]['id']}"
    refused = (422, "E_CLAIM_NOT_CITED")
    assert code_of(await client.patch(path, json={"metric_value": "12.5"})) == refused
    assert code_of(await client.patch(path, json={"quote": "LDA 98.9 and more"})) == refused
    assert code_of(await client.patch(path, json={"page": 2})) == refused
    null = await client.patch(path, json={"metric_name": None})
    assert null.status_code == 422
    assert await claims_of(client, paper_id) == claims
    assert await edits_of(client, paper_id) == []


async def test_a_claim_is_added_where_its_quote_stands(client: Client) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    new = {
        "metric_name": "accuracy", "metric_value": "99.4", "page": 1, "units": "%",
        "quote": "QDA 99.4", "dataset_name": "Wine", "method": "QDA",
    }  # fmt: skip
    answer = await client.post(f"{API}/papers/{paper_id}/claims", json=new)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    printed = next(each for each in claims if each["method"] == "QDA")
    assert added["bbox"] == pytest.approx(printed["bbox"], abs=2)
    assert added["source_citation"] == "p.1"
    assert len(await claims_of(client, paper_id)) == len(claims) + 1
    invented = {**new, "quote": "QDA reaches 99.4 here"}
    answer = await client.post(f"{API}/papers/{paper_id}/claims", json=invented)
    assert code_of(answer) == (422, "E_CLAIM_NOT_CITED")
    infinite = {**new, "metric_value": "Infinity"}
    assert (await client.post(f"{API}/papers/{paper_id}/claims", json=infinite)).status_code == 422


async def test_a_rejected_claim_is_gone_and_is_not_found_again(
    client: Client, house: House, owner: Subject
) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    for claim in claims:
        path = f"{API}/papers/{paper_id}/claims/{claim['id']}/reject"
        assert (await client.post(path, json={"reason": "a baseline"})).status_code == 204
        assert code_of(await client.post(path, json={})) == (404, "E_CLAIM_NOT_FOUND")
    await client.post(f"{API}/papers/{paper_id}/extract")
    assert await claims_of(client, paper_id) == []
    assert {edit["kind"] for edit in await edits_of(client, paper_id)} == {"reject"}
    assert len(await edits_of(client, paper_id)) == len(claims)
    (listed,) = await house.papers.list_papers(owner)
    assert listed.claim_count == 0
    plan = await client.post(f"{API}/papers/{paper_id}/plan", json={"seeds": 1})
    assert plan.status_code >= 400


async def test_a_rejection_is_taken_back(
    client: Client, house: House, owner: Subject, stranger: Subject
) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    path = f"{API}/papers/{paper_id}/claims/{claims[0]['id']}"
    rejected = f"{API}/papers/{paper_id}/rejected-claims"
    assert code_of(await client.post(f"{path}/restore", json={}))[1] == "E_CLAIM_NOT_FOUND"
    await client.post(f"{path}/reject", json={"reason": "a slip"})
    assert [c["id"] for c in (await client.get(rejected)).json()["claims"]] == [claims[0]["id"]]
    async with browser(house, owner) as page:
        shown = await page.get(f"/papers/{paper_id}/claims/new")
        assert f"/papers/{paper_id}/claims/{claims[0]['id']}/restore" in shown.text
    async with api_client(house, stranger) as outside:
        assert code_of(await outside.post(f"{path}/restore", json={}))[0] == 404
        assert code_of(await outside.get(rejected))[0] == 404
    back = await client.post(f"{path}/restore", json={"reason": "it was one after all"})
    assert back.status_code == 200 and back.json()["own_reason"], back.text
    assert await claims_of(client, paper_id) == claims
    assert (await client.get(rejected)).json()["claims"] == []
    assert [edit["kind"] for edit in await edits_of(client, paper_id)] == ["restore", "reject"]


@pytest.mark.parametrize("change", ["correct", "reject"])
async def test_a_changed_claim_asks_for_a_new_approval_of_its_plans(
    client: Client, house: House, owner: Subject, change: str
) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    async with working(house):
        options = ReproduceOptions(seeds=1, is_preapproved=True)
        journey = await house.papers.reproduce(owner, options, paper_id=UUID(paper_id))
        await ended(client, str(journey))
    run = (await client.get(f"{API}/runs/{journey}")).json()
    again = f"{API}/runs/{run['notebook_run_id']}/rerun"
    claim = next(each for each in claims if each["method"] == "QDA")
    path = f"{API}/papers/{paper_id}/claims/{claim['id']}"
    if change == "correct":
        await client.patch(path, json={"dataset_name": "Wine (UCI)"})
    else:
        await client.post(f"{path}/reject", json={})
    assert code_of(await client.post(again)) == (400, "E_PLAN_NOT_MATERIALIZED")
    own, notebook = await house.papers.artifacts_of_plan(owner, UUID(run["plan_id"]))
    assert own is not None and notebook is not None
    assert {own.status.value, notebook.status.value} == {"PENDING_EVAL"}
    # Approved again, it runs again; what was approved first stays on record.
    await house.papers.approve(owner, UUID(run["plan_id"]), "notebook", "still right")
    assert (await client.post(again)).status_code == 202


async def test_edits_teach_papers_to_come(client: Client) -> None:
    title = "Rules for Vintages"
    table = (("Classifier", "VT Acc"), ("LDA", "91.2"), ("QDA", "92.4"))
    caption = "Table 1: Accuracy of classifiers on all data sets."
    paper_id, claims = await taken_in(client, make_paper(title, ("Abstract",), caption, table))
    assert claims, "the table was not read"
    path = f"{API}/papers/{paper_id}/claims/{claims[0]['id']}"
    await client.patch(path, json={"dataset_name": "Vintage Trials"})
    learnt = (await client.post(f"{API}/papers-linker/retrain")).json()
    assert learnt["datasets"] == {"vtacc": "Vintage Trials"}
    assert learnt["edit_count"] == 1
    assert (await client.get(f"{API}/papers-linker")).json() == learnt
    other = (("Model", "VT Acc"), ("SVM", "81.2"), ("k-NN", "82.4"))
    paper = make_paper("Other Rules", ("Abstract",), caption, other)
    _, found = await taken_in(client, paper)
    assert {claim["dataset_name"] for claim in found} == {"Vintage Trials"}


async def test_another_tenant_sees_and_changes_nothing(
    client: Client, other_client: Client
) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    claim = f"{API}/papers/{paper_id}/claims/{claims[0]['id']}"
    await client.patch(claim, json={"dataset_name": "X"})
    await client.post(f"{API}/papers-linker/retrain")
    missing = (404, "E_PAPER_NOT_FOUND")
    assert code_of(await other_client.patch(claim, json={"dataset_name": "Y"})) == missing
    assert code_of(await other_client.post(f"{claim}/reject", json={})) == missing
    assert code_of(await other_client.get(f"{API}/papers/{paper_id}/claim-edits")) == missing
    new = {"metric_name": "a", "metric_value": "98.9", "page": 1, "quote": "98.9"}
    assert code_of(await other_client.post(f"{API}/papers/{paper_id}/claims", json=new)) == missing
    assert (await other_client.get(f"{API}/papers-linker")).json()["edit_count"] == 0
    nowhere = f"{API}/papers/{paper_id}/claims/{uuid4()}"
    assert code_of(await client.patch(nowhere, json={"split": "s"})) == (404, "E_CLAIM_NOT_FOUND")


async def test_edits_are_only_ever_added(client: Client, house: House, owner: Subject) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    await client.patch(f"{API}/papers/{paper_id}/claims/{claims[0]['id']}", json={"split": "test"})
    for statement in ("UPDATE papers.claim_edits SET reason = ''", "DELETE FROM papers.linkers"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with house.database.tx(owner) as tx:
                await tx.connection.execute(statement)


async def test_the_page_corrects_adds_and_rejects(house: House, owner: Subject) -> None:
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    first, second, *_ = await house.papers.extract(owner, paper.id)
    async with browser(house, owner) as client:
        page = (await client.get(f"/papers/{paper.id}")).text
        assert f'href="/papers/{paper.id}/claims/{first.id}"' in page
        path = f"/papers/{paper.id}/claims/{first.id}"
        form = await client.get(path)
        assert form.status_code == 200 and "Correct a claim" in form.text
        draft = first.draft
        typed = {
            **csrf(house, client), "dataset": "Cellars", "metric": draft.metric,
            "value": str(draft.value), "page": "1", "quote": draft.quote, "units": "%",
            "method": draft.method or "",
        }  # fmt: skip
        assert (await client.post(path, data=typed)).status_code == 303
        assert "Cellars" in (await client.get(f"/papers/{paper.id}")).text
        assert "dataset: " in (await client.get(path)).text
        wrong = await client.post(path, data={**typed, "value": "11.1"})
        assert wrong.status_code == 422 and 'role="alert"' in wrong.text
        assert "Cellars" in wrong.text, "what was typed is lost"
        new = f"/papers/{paper.id}/claims/new"
        assert "Add a claim" in (await client.get(new)).text
        assert (await client.post(new, data={**typed, "split": "x"})).status_code == 303
        reject = f"/papers/{paper.id}/claims/{second.id}/reject"
        assert (await client.post(reject, data=csrf(house, client))).status_code == 303
    kinds = [edit.kind.value for edit in await house.papers.list_edits(owner, paper.id)]
    assert kinds == ["reject", "add", "correct"]


async def test_less_sure_claims_are_shown_on_request(
    house: House, owner: Subject, client: Client
) -> None:
    paper_id, claims = await taken_in(client, wine_paper())
    house.papers.claim_confidence_min = 1.0
    assert await claims_of(client, paper_id) == []
    every = await client.get(f"{API}/papers/{paper_id}/claims", params={"min_confidence": 0})
    assert len(every.json()["claims"]) == len(claims)
    async with browser(house, owner) as visitor:
        page = (await visitor.get(f"/papers/{paper_id}")).text
        assert f"{len(claims)} less sure claims are not shown" in page
        assert "99.4" in (await visitor.get(f"/papers/{paper_id}?show=all")).text
    assert len(await house.papers.list_claims(owner, UUID(paper_id))) == len(claims)
