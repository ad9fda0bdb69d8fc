"""Typed claims, data sets, edited and varied plans over HTTP: two tenants, bad input, provenance."""

import copy
import json
from typing import Any
from uuid import UUID

import httpx
from tests.conftest import api_client
from tests.fixtures.papers import make_paper
from tests.integration.test_pages import browser, csrf
from tests.integration.test_papers_api import API, ended, problem

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.kernel.runs import create_run
from evigate.papers import ReproduceOptions

Client = httpx.AsyncClient
WINE = {
    "title": "Classifiers on wine",
    "source": "Aeberhard et al. 1992",
    "text": "The rates are by 10-fold cross validation.",
    "claims": [
        {"metric": "accuracy", "value": "98.9", "units": "%", "method": "LDA", "dataset": "wine"},
        {"metric": "accuracy", "value": "96.1", "units": "%", "method": "1NN", "dataset": "wine"},
    ],
}


async def planned(client: Client, statement: dict[str, Any] = WINE) -> dict[str, Any]:
    typed = (await client.post(f"{API}/papers/statements", json=statement)).json()
    answer = await client.post(f"{API}/papers/{typed['paper_id']}/plan", json={"seeds": 2})
    assert answer.status_code == 201, answer.text
    plan: dict[str, Any] = answer.json()
    return plan


async def test_typed_claims_stand_on_a_page_of_their_own(
    client: Client, house: House, stranger: Subject
) -> None:
    typed = (await client.post(f"{API}/papers/statements", json=WINE)).json()
    again = (await client.post(f"{API}/papers/statements", json=WINE)).json()
    assert typed["paper_id"] == again["paper_id"] and typed["claims_count"] == 2
    claims = (await client.get(f"{API}/papers/{typed['paper_id']}/claims")).json()["claims"]
    assert [claim["metric_value_as_printed"] for claim in claims] == ["98.9", "96.1"]
    assert claims[0]["quote"] == "LDA on wine: accuracy = 98.9%"
    assert claims[0]["source_citation"] == "Aeberhard et al. 1992"
    assert claims[0]["bbox"][2] > claims[0]["bbox"][0]
    async with api_client(house, stranger) as other:
        problem(
            await other.get(f"{API}/papers/{typed['paper_id']}/claims"), 404, "E_PAPER_NOT_FOUND"
        )


async def test_a_statement_that_cannot_be_set_says_so(client: Client) -> None:
    long = copy.deepcopy(WINE) | {"claims": [{"metric": "m" * 90, "value": "1", "method": "LDA"}]}
    problem(await client.post(f"{API}/papers/statements", json=long), 400, "E_STATEMENT_INVALID")
    endless = copy.deepcopy(WINE)
    endless["claims"][0]["value"] = "NaN"  # type: ignore[index]
    assert (await client.post(f"{API}/papers/statements", json=endless)).status_code in (400, 422)


async def test_an_edited_plan_is_a_version_that_waits_for_its_own_approval(
    client: Client, house: House, stranger: Subject
) -> None:
    plan = await planned(client)
    plan_id, document = plan["plan_id"], plan["plan_json"]
    approval = {"what": "plan", "reason": "right"}
    assert (await client.post(f"{API}/plans/{plan_id}/approve", json=approval)).status_code == 204
    changed = copy.deepcopy(document)
    changed["protocol"]["folds"] = 5
    [version] = (await client.get(f"{API}/plans/{plan_id}/versions")).json()["items"]
    wrong = {"If-Match": '"0000"'}
    problem(
        await client.put(f"{API}/plans/{plan_id}", json=changed, headers=wrong), 409, "E_PLAN_STALE"
    )
    right = {"If-Match": f'"{version["plan_hash"]}"'}
    made = await client.put(f"{API}/plans/{plan_id}", json=changed, headers=right)
    assert made.status_code == 201 and made.headers["etag"] != right["If-Match"]
    new_id = made.json()["plan_id"]
    assert new_id != plan_id and made.json()["status"] == "draft"
    # The old version stays as it was approved, and has one successor only.
    assert (await client.get(f"{API}/plans/{plan_id}")).json()["plan_json"] == document
    problem(await client.put(f"{API}/plans/{plan_id}", json=changed), 409, "E_PLAN_STALE")
    versions = (await client.get(f"{API}/plans/{plan_id}/versions")).json()["items"]
    assert [(v["revision"], v["plan_id"]) for v in versions] == [(2, new_id), (1, plan_id)]
    diff = (await client.get(f"{API}/plans/{new_id}/diff")).json()
    assert diff["against"] == plan_id
    assert diff["changes"] == [{"place": "protocol.folds", "before": 10, "after": 5}]
    problem(await client.post(f"{API}/plans/{new_id}/run"), 400, "E_PLAN_NOT_MATERIALIZED")
    async with api_client(house, stranger) as other:
        for path in ("versions", "diff", "sensitivity"):
            problem(await other.get(f"{API}/plans/{plan_id}/{path}"), 404, "E_PLAN_NOT_FOUND")
        problem(await other.put(f"{API}/plans/{new_id}", json=changed), 404, "E_PLAN_NOT_FOUND")


async def test_an_edit_must_be_a_plan_that_quotes_the_paper_and_can_run(client: Client) -> None:
    plan = await planned(client)
    place, document = f"{API}/plans/{plan['plan_id']}", plan["plan_json"]
    problem(await client.put(place, json={"version": "1.1"}), 400, "E_PLAN_SCHEMA_INVALID")
    invented = copy.deepcopy(document)
    invented["justifications"]["model"]["quote"] = "we are the best"
    problem(await client.put(place, json=invented), 422, "E_PLAN_GUARDRAIL_FAILED")
    unknown = copy.deepcopy(document)
    unknown["models"][0]["recipe"] = "telepathy"
    problem(await client.put(place, json=unknown), 422, "E_PLAN_NO_RECIPE")
    hostile = copy.deepcopy(document)
    hostile["models"][0] |= {"code": "import os\n", "producer": "me"}
    problem(await client.put(place, json=hostile), 422, "E_RECIPE_REFUSED")


async def test_a_verdict_is_tried_under_other_assumptions(client: Client, house: House) -> None:
    plan = await planned(client)
    place = f"{API}/plans/{plan['plan_id']}"
    unknown = {"field": "phase.moon", "values": ["1"]}
    problem(await client.post(f"{place}/vary", json=unknown), 400, "E_PLAN_NO_ASSUMPTION")
    body = {"field": "n_neighbors", "values": ["1", "60"]}
    started = await client.post(f"{place}/vary", json=body)
    assert started.status_code == 202, started.text
    async with working(house):
        for run_id in started.json()["reproduction_ids"]:
            await ended(client, run_id)
    [found] = (await client.get(f"{place}/sensitivity")).json()["items"]
    assert found["field"] == "n_neighbors"
    assert [tried["value"] for tried in found["tried"]] == ["1", "60"]
    one, sixty = (tried["observed"] for tried in found["tried"])
    claims = (await client.get(f"{API}/papers/{plan['paper_id']}/claims")).json()["claims"]
    lda, nearest = (claim["id"] for claim in claims)
    assert one[lda] == sixty[lda] and one[nearest] != sixty[nearest]
    versions = (await client.get(f"{place}/versions")).json()["items"]
    assert len(versions) == 1, "a variation is no version"


async def test_a_data_set_is_added_used_and_removed(
    client: Client, house: House, stranger: Subject
) -> None:
    rows = "\n".join(f"{n % 7},{n % 3},{'yes' if n % 2 else 'no'}" for n in range(60))
    files = {"files": ("t.csv", f"a,b,k\n{rows}\n".encode(), "text/csv")}
    form = {"name": "little", "reader": "csv", "options": "outcome=k", "aliases": "Little Table"}
    added = await client.post(f"{API}/datasets", files=files, data=form)
    assert added.status_code == 201, added.text
    assert added.json()["classes"] == ["no", "yes"] and not added.json()["is_licence_compliant"]
    statement = copy.deepcopy(WINE) | {"title": "On a little table"}
    statement["claims"] = [
        {
            "metric": "accuracy",
            "value": "50",
            "units": "%",
            "method": "LDA",
            "dataset": "Little Table",
        }
    ]
    typed = (await client.post(f"{API}/papers/statements", json=statement)).json()
    place = f"{API}/papers/{typed['paper_id']}/plan"
    refused = problem(await client.post(place, json={}), 422, "E_PLAN_NO_ALLOWED_DATASETS")
    assert "licence" in str(refused)
    problem(
        await client.post(f"{API}/datasets/little/allow", json={"reason": " "}),
        400,
        "E_DATASET_INVALID",
    )
    allowed = await client.post(f"{API}/datasets/little/allow", json={"reason": "it is ours"})
    assert allowed.json()["licence_reason"] == "it is ours"
    plan = (await client.post(place, json={"seeds": 1})).json()
    assert any("it is ours" in warning for warning in plan["warnings"])
    assert plan["data_resolution"]["status"] == "resolved"
    options = {"paper_id": typed["paper_id"], "seeds": 1, "is_preapproved": True}
    run = (await client.post(f"{API}/reproductions", json=options)).json()
    async with working(house):
        end = await ended(client, run["reproduction_id"])
    assert end["status"] == "succeeded", end
    report = (await client.get(f"{API}/papers/{typed['paper_id']}/report")).json()
    assert report["observed"] is not None
    file = await client.get(f"{API}/datasets/little/file")
    assert file.status_code == 200 and file.content[:2] == b"PK"
    async with api_client(house, stranger) as other:
        problem(await other.get(f"{API}/datasets/little"), 404, "E_DATASET_NOT_FOUND")
        problem(await other.delete(f"{API}/datasets/little"), 404, "E_DATASET_NOT_FOUND")
        names = [each["name"] for each in (await other.get(f"{API}/datasets")).json()["items"]]
        assert "little" not in names and "wine" in names
    assert (await client.delete(f"{API}/datasets/little")).status_code == 204
    problem(await client.get(f"{API}/datasets/little"), 404, "E_DATASET_NOT_FOUND")


async def test_bad_data_sets_are_refused(client: Client) -> None:
    files = {"files": ("t.csv", b"a,b\n1\n", "text/csv")}
    for form, code in (
        ({"name": "wine", "reader": "csv"}, "E_DATASET_INVALID"),
        ({"name": "Bad Name", "reader": "csv"}, "E_DATASET_INVALID"),
        ({"name": "ragged", "reader": "csv"}, "E_DATASET_INVALID"),
        ({"name": "odd", "reader": "csv", "options": "outcome"}, "E_DATASET_INVALID"),
    ):
        problem(await client.post(f"{API}/datasets", files=files, data=form), 400, code)
    whole = {"files": ("t.csv", b"a,k\n1,x\n2,y\n", "text/csv")}
    closed = {"name": "closed", "reader": "csv", "licence": "proprietary"}
    problem(
        await client.post(f"{API}/datasets", files=whole, data=closed), 403, "E_DATASET_LICENCE"
    )
    problem(
        await client.post(f"{API}/datasets/imagenet/allow", json={"reason": "x"}),
        403,
        "E_DATASET_LICENCE",
    )


OURS = make_paper(
    "Warped Centroids for Flowers",
    (
        "Abstract",
        "We propose the warped centroid method and use it on the Iris dataset.",
        "Evaluation uses 10-fold cross validation.",
    ),
    "Table 1: Accuracy on the Iris dataset.",
    (("Method", "Accuracy"), ("Warped centroid (ours)", "92.0%"), ("LDA", "98.0%")),
)


async def test_the_pages_of_data_sets_and_versions(house: House, owner: Subject) -> None:
    async with browser(house, owner) as client:
        page = (await client.get("/datasets")).text
        assert "Wine recognition" in page and "not here" in page
        token = csrf(house, client)["csrf_token"]
        form = {"csrf_token": token, "title": "T", "source": "S", "claim": "wine|LDA|accuracy"}
        refused = await client.post("/datasets/claims", data=form)
        assert refused.status_code == 400 and "is not of the form" in refused.text
        form["claim"] = "wine|LDA|accuracy|98.9|%"
        form["text"] = "Rates are by 10-fold cross validation."
        typed = await client.post("/datasets/claims", data=form)
        assert typed.status_code == 303
        allowed = await client.post(
            "/datasets/cifar10/allow", data={"csrf_token": token, "reason": "<b>ours</b>"}
        )
        assert allowed.headers["location"] == "/datasets#cifar10"
        assert "allowed: &lt;b&gt;ours" in (await client.get("/datasets")).text
        paper_id = UUID(typed.headers["location"].rsplit("/", 1)[1])
        plan = await house.papers.draft_plan(owner, paper_id, ReproduceOptions(seeds=1))
        async with house.database.tx(owner) as tx:
            run_id = await create_run(tx, "papers.plan", {})
            record = await house.papers.record_plan(tx, paper_id, plan, run_id)
        place = f"/plans/{record.id}"
        page = (await client.get(f"{place}/versions")).text
        assert "Nothing was varied yet" in page and "protocol.folds" in page
        for document in ("{", '{"version": "1.1"}'):
            edit = {"csrf_token": token, "document": document}
            answer = await client.post(f"{place}/edit", data=edit)
            assert answer.status_code == 400 and 'role="alert"' in answer.text
        changed = plan.to_json()
        changed["protocol"]["folds"] = 4
        edit = {"csrf_token": token, "document": json.dumps(changed)}
        made = await client.post(f"{place}/edit", data=edit)
        assert made.status_code == 303
        page = (await client.get(made.headers["location"] + "/versions")).text
        assert "Version 2" in page and "protocol.folds" in page and "10 → 4" in page
        wrong = await client.post(
            f"{place}/vary", data={"csrf_token": token, "assumption": "moon=1"}
        )
        assert wrong.status_code == 400 and "no &#39;moon&#39; to vary" in wrong.text
