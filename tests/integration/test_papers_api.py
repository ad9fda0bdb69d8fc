"""The API of papers over HTTP: P2N's paths and codes, one error shape, two tenants, bad input."""

import asyncio
import io
import re
from typing import Any

import httpx
import pytest
from tests.conftest import DEMO_PAPER, api_client
from tests.fixtures.papers import make_paper, wine_paper

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.kernel.http import PROBLEM_MEDIA_TYPE

API = "/api/v1"
Client = httpx.AsyncClient


async def upload(client: Client, data: bytes, name: str = "paper.pdf") -> httpx.Response:
    return await client.post(
        f"{API}/papers/ingest", files={"file": (name, data, "application/pdf")}
    )


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == PROBLEM_MEDIA_TYPE
    body: dict[str, Any] = answer.json()
    assert body["detail"] and body["remediation"] and body["title"]
    return body


def frames(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^event: (\w+)\ndata: (.*)$", text, re.M)


async def test_the_whole_journey_over_http(client: Client, house: House) -> None:
    made = await upload(client, wine_paper())
    assert made.status_code == 201
    paper_id = made.json()["paper_id"]
    assert made.json()["storage_path"].startswith("papers/")
    assert (await upload(client, wine_paper(), "again.pdf")).json()["paper_id"] == paper_id

    stream = await client.post(f"{API}/papers/{paper_id}/extract")
    types = [type_ for type_, _ in frames(stream.text)]
    assert types[0] == "stage_update" and types[-2:] == ["result", "stage_update"]
    claims = (await client.get(f"{API}/papers/{paper_id}/claims")).json()
    assert claims["claims_count"] == 3
    values = {claim["method"]: claim["metric_value"] for claim in claims["claims"]}
    assert values == {"LDA": 98.9, "QDA": 99.4, "1NN": 96.1}

    plan = await client.post(f"{API}/papers/{paper_id}/plan", json={"seeds": 1})
    assert plan.status_code == 201 and plan.json()["plan_version"] == "1.1"
    plan_id = plan.json()["plan_id"]
    problem(await client.post(f"{API}/plans/{plan_id}/run"), 400, "E_PLAN_NOT_MATERIALIZED")
    problem(await client.get(f"{API}/plans/{plan_id}/assets"), 404, "E_PLAN_ASSET_MISSING")
    first = (await client.post(f"{API}/plans/{plan_id}/materialize")).json()
    assets = (await client.get(f"{API}/plans/{plan_id}/assets")).json()
    notebook = await client.get(assets["notebook_signed_url"], headers={"authorization": ""})
    assert notebook.status_code == 200 and notebook.json()["nbformat"] == 4
    again = (await client.post(f"{API}/plans/{plan_id}/materialize")).json()
    assert again == first, "two materialisations differ"
    second = (await client.get(f"{API}/plans/{plan_id}/assets")).json()["notebook_signed_url"]
    assert (await client.get(second)).content == notebook.content
    problem(await client.post(f"{API}/plans/{plan_id}/run"), 400, "E_PLAN_NOT_MATERIALIZED")
    approval = {"what": "notebook", "reason": "read and found right"}
    assert (await client.post(f"{API}/plans/{plan_id}/approve", json=approval)).status_code == 204

    started = await client.post(f"{API}/plans/{plan_id}/run")
    assert started.status_code == 202
    run_id = started.json()["run_id"]
    problem(await client.get(f"{API}/papers/{paper_id}/report"), 404, "E_REPORT_NO_RUNS")
    async with working(house):
        await ended(client, started.json()["reproduction_id"])
    run = (await client.get(f"{API}/runs/{run_id}")).json()
    assert run["status"] == "succeeded" and run["sandbox_level"] and run["duration_sec"] >= 0
    assert [each["id"] for each in (await client.get(f"{API}/runs")).json()["items"]] == [run_id]

    events = await client.get(f"{API}/runs/{run_id}/events")
    told = [type_ for type_, _ in frames(events.text)]
    assert told[0] == "stage_update" and told[-1] == "close"
    assert {"metric_update", "progress"} <= set(told)
    ids = [int(each) for each in re.findall(r"^id: (\d+)$", events.text, re.M)]
    assert ids == list(range(1, len(ids) + 1))
    rest = await client.get(f"{API}/runs/{run_id}/events", headers={"Last-Event-ID": str(ids[-3])})
    assert re.findall(r"^id: (\d+)$", rest.text, re.M) == [str(each) for each in ids[-2:]]

    series = (await client.get(f"{API}/runs/{run_id}/series")).json()["points"]
    assert any(point["step"] is None and 0.9 < point["value"] <= 1 for point in series)
    evals = (await client.get(f"{API}/runs/{run_id}/evals")).json()["evals"]
    assert len(evals) == 3
    for each in evals:
        assert each["gap_abs"] == pytest.approx(each["observed"] - each["claimed"])
        assert each["gap_percent"] == pytest.approx(each["gap_abs"] / each["claimed"] * 100)
    report = (await client.get(f"{API}/papers/{paper_id}/report")).json()
    assert sum(report["verdicts"].values()) == 3
    lines = (await client.get(f"{API}/papers/{paper_id}/report.csv")).text.splitlines()
    assert len(lines) == 4 and lines[0].startswith("verdict,method")
    page = (await client.get(f"{API}/papers/{paper_id}/report.html")).text
    assert "<script" not in page and "http://" not in page.replace("http://www.w3.org", "")


async def test_a_plan_can_be_asked_for_some_of_the_claims(client: Client) -> None:
    """The body is P2N's: claims as its extraction stream gives them."""
    paper_id = (await upload(client, wine_paper())).json()["paper_id"]
    await client.post(f"{API}/papers/{paper_id}/extract")
    sent = {"dataset": "Wine", "metric": "Accuracy", "value": 98.9, "units": "%"}
    body = {"claims": [{**sent, "citation": "Table 1, p.1", "confidence": 0.9}], "seeds": 1}
    plan = (await client.post(f"{API}/papers/{paper_id}/plan", json=body)).json()
    assert [each["method"] for each in plan["plan_json"]["models"]] == ["LDA"]
    assert plan["data_resolution"]["status"] == "resolved"
    assert plan["data_resolution"]["canonical_name"] == "wine"
    body = {"claims": [{**sent, "value": 12.3, "confidence": 0.9}]}
    answer = await client.post(f"{API}/papers/{paper_id}/plan", json=body)
    problem(answer, 422, "E_EXTRACT_NO_CLAIMS")


async def ended(client: Client, run_id: str, *, seconds: float = 90) -> dict[str, Any]:
    async with asyncio.timeout(seconds):
        while True:
            run: dict[str, Any] = (await client.get(f"{API}/runs/{run_id}")).json()
            if run["completed_at"] is not None:
                return run
            await asyncio.sleep(0.2)


# Bad input ------------------------------------------------------------------------------------

BAD_FILES = {
    "html named pdf": (b"<html><body>Not found</body></html>", 415, "E_UNSUPPORTED_MEDIA_TYPE"),
    "zero bytes": (b"", 415, "E_UNSUPPORTED_MEDIA_TYPE"),
    "truncated": (DEMO_PAPER.read_bytes()[:40_000], 422, "E_PDF_DAMAGED"),
    "too large": (b"%PDF-1.5\n" + b"0" * (15 * 2**20), 413, "E_FILE_TOO_LARGE"),
}


@pytest.mark.parametrize("name", BAD_FILES)
async def test_a_bad_file_is_refused_by_name_and_leaves_nothing(
    name: str, client: Client, house: House, owner: Subject
) -> None:
    data, status, code = BAD_FILES[name]
    problem(await upload(client, data), status, code)
    assert (await client.get(f"{API}/papers")).json() == {"items": [], "next": None}
    assert owner.tenant_id is not None
    assert [blob async for blob in house.storage.list(owner.tenant_id)] == []


def scanned_pdf() -> bytes:
    """Return a PDF of one page that is a picture of text."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (850, 1100), "white")
    ImageDraw.Draw(image).text((100, 100), "Accuracy 99.1%", fill="black")
    out = io.BytesIO()
    image.save(out, "PDF")
    return out.getvalue()


async def test_a_scanned_pdf_is_refused_with_what_to_do(client: Client) -> None:
    found = problem(await upload(client, scanned_pdf()), 422, "E_PDF_NO_TEXT")
    assert "OCR" in found["remediation"]


async def test_a_bad_file_ends_its_journey_with_a_typed_error(
    client: Client, house: House, owner: Subject
) -> None:
    from evigate.papers import ReproduceOptions, Source

    run_id = await house.papers.reproduce(
        owner, ReproduceOptions(), data=b"<html>", source=Source("paper.pdf")
    )
    async with working(house):
        run = await ended(client, str(run_id))
    assert (run["status"], run["error_code"]) == ("failed", "E_UNSUPPORTED_MEDIA_TYPE")
    assert (await client.get(f"{API}/papers")).json()["items"] == []
    told = frames((await client.get(f"{API}/runs/{run_id}/events")).text)
    assert [type_ for type_, _ in told][-3:] == ["error", "stage_update", "close"]


PRIVATE = [
    "http://127.0.0.1:8400/x.pdf",
    "http://localhost/x.pdf",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/x.pdf",
    "http://[::ffff:10.0.0.1]/x.pdf",
    "http://0.0.0.0/x.pdf",
    "http://10.1.2.3/x.pdf",
    "http://2130706433/x.pdf",
    "file:///etc/passwd",
    "ftp://example.org/x.pdf",
    "http://user:password@example.org/x.pdf",
    "http:///x.pdf",
    "not an address",
]


@pytest.mark.parametrize("url", PRIVATE)
async def test_an_address_inside_the_network_is_refused(url: str, client: Client) -> None:
    problem(await client.post(f"{API}/papers/ingest", data={"url": url}), 400, "E_FETCH_REFUSED")


async def test_a_journey_to_an_address_inside_the_network_ends_with_its_code(
    client: Client, house: House
) -> None:
    body = {"url": "http://169.254.169.254/paper.pdf", "is_preapproved": True}
    started = (await client.post(f"{API}/reproductions", json=body)).json()
    async with working(house):
        run = await ended(client, started["run_id"])
    assert (run["status"], run["error_code"]) == ("failed", "E_FETCH_REFUSED")


async def test_neither_file_nor_url_is_malformed(client: Client) -> None:
    problem(await client.post(f"{API}/papers/ingest"), 422, "E_INVALID")


JOURNEYS_WITHOUT_A_RUN = {
    "no numbers": (make_paper("A Paper of Words", ["We think about things."]), 0, "No claim"),
    "no known data": (
        make_paper(
            "A Net for Pictures",
            ["We train a deep network on CIFAR-10."],
            "Table 1: Accuracy on CIFAR-10.",
            (("Method", "Accuracy"), ("Our Net", "93.1%"), ("Big Net", "92.0%")),
        ),
        2,
        "2 claims found, none on a data set that can be had offline",
    ),
}


@pytest.mark.parametrize("name", JOURNEYS_WITHOUT_A_RUN)
async def test_a_paper_with_nothing_to_run_gets_an_honest_report(
    name: str, client: Client, house: House, owner: Subject
) -> None:
    from evigate.papers import ReproduceOptions, Source

    data, count, headline = JOURNEYS_WITHOUT_A_RUN[name]
    options = ReproduceOptions(is_preapproved=True)
    run_id = await house.papers.reproduce(owner, options, data=data, source=Source("p.pdf"))
    async with working(house):
        run = await ended(client, str(run_id))
    assert run["status"] == "succeeded" and run["notebook_run_id"] is None
    report = (await client.get(f"{API}/papers/{run['paper_id']}/report")).json()
    assert report["headline"].startswith(headline)
    assert report["verdicts"]["not comparable"] == count == len(report["rows"])
    assert all(row["reason"] for row in report["rows"])


# Two tenants, roles, cancelling -----------------------------------------------------------------


async def test_what_another_tenant_has_does_not_exist(client: Client, other_client: Client) -> None:
    paper_id = (await upload(client, wine_paper())).json()["paper_id"]
    await client.post(f"{API}/papers/{paper_id}/extract")
    plan_id = (await client.post(f"{API}/papers/{paper_id}/plan", json={})).json()["plan_id"]
    run_id = (await client.post(f"{API}/reproductions", json={"paper_id": paper_id})).json()[
        "run_id"
    ]
    for path, code in (
        (f"papers/{paper_id}", "E_PAPER_NOT_FOUND"),
        (f"papers/{paper_id}/claims", "E_PAPER_NOT_FOUND"),
        (f"papers/{paper_id}/pdf", "E_PAPER_NOT_FOUND"),
        (f"papers/{paper_id}/pages/1.png", "E_PAPER_NOT_FOUND"),
        (f"papers/{paper_id}/plans", "E_PAPER_NOT_FOUND"),
        (f"papers/{paper_id}/report", "E_PAPER_NOT_FOUND"),
        (f"plans/{plan_id}", "E_PLAN_NOT_FOUND"),
        (f"runs/{run_id}", "E_RUN_NOT_FOUND"),
        (f"runs/{run_id}/events", "E_RUN_NOT_FOUND"),
        (f"runs/{run_id}/series", "E_RUN_NOT_FOUND"),
    ):
        if not path.endswith("/events"):  # the owner's stream is live, so it would not end
            assert (await client.get(f"{API}/{path}")).status_code in (200, 404)
        theirs = problem(await other_client.get(f"{API}/{path}"), 404, code)
        nothing = path.replace(paper_id, wrong := "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b")
        nothing = nothing.replace(plan_id, wrong).replace(run_id, wrong)
        never = problem(await other_client.get(f"{API}/{nothing}"), 404, code)
        assert theirs["title"] == never["title"] and theirs["remediation"] == never["remediation"]
    for verb, path in (("POST", f"runs/{run_id}/cancel"), ("DELETE", f"papers/{paper_id}")):
        assert (await other_client.request(verb, f"{API}/{path}")).status_code == 404
    for path in ("papers", "runs"):
        assert (await other_client.get(f"{API}/{path}")).json()["items"] == []


async def test_a_viewer_may_look_and_nothing_else(house: House, owner: Subject) -> None:
    viewer = Subject(owner.tenant_id, owner.actor, "viewer", owner.user_id)
    async with api_client(house, owner) as client, api_client(house, viewer) as looking:
        paper_id = (await upload(client, wine_paper())).json()["paper_id"]
        assert (await looking.get(f"{API}/papers/{paper_id}")).status_code == 200
        problem(await upload(looking, wine_paper()), 403, "E_DENIED")
        problem(await looking.delete(f"{API}/papers/{paper_id}"), 403, "E_DENIED")
        body = {"paper_id": paper_id, "is_preapproved": True}
        problem(await looking.post(f"{API}/reproductions", json=body), 403, "E_DENIED")


async def test_an_editor_may_not_approve_beforehand(house: House, owner: Subject) -> None:
    editor = Subject(owner.tenant_id, owner.actor, "editor", owner.user_id)
    async with api_client(house, editor) as client:
        paper_id = (await upload(client, wine_paper())).json()["paper_id"]
        body = {"paper_id": paper_id, "is_preapproved": True}
        problem(await client.post(f"{API}/reproductions", json=body), 403, "E_DENIED")


async def test_a_journey_waits_for_its_owner_and_goes_on(client: Client, house: House) -> None:
    paper_id = (await upload(client, wine_paper())).json()["paper_id"]
    body = {"paper_id": paper_id, "seeds": 1}
    run_id = (await client.post(f"{API}/reproductions", json=body)).json()["run_id"]
    async with working(house):
        for what in ("plan", "notebook"):
            plan_id = await waiting_for(client, run_id, what)
            decision = {"what": what, "reason": "right"}
            answer = await client.post(f"{API}/plans/{plan_id}/approve", json=decision)
            assert answer.status_code == 204
        assert (await ended(client, run_id))["status"] == "succeeded"


async def test_a_rejected_plan_ends_its_journey_with_the_reason(
    client: Client, house: House
) -> None:
    paper_id = (await upload(client, wine_paper())).json()["paper_id"]
    started = await client.post(f"{API}/reproductions", json={"paper_id": paper_id, "seeds": 1})
    run_id = started.json()["run_id"]
    async with working(house):
        plan_id = await waiting_for(client, run_id, "plan")
        decision = {"what": "plan", "reason": "the protocol is another"}
        answer = await client.post(f"{API}/plans/{plan_id}/reject", json=decision)
        assert answer.status_code == 204
        run = await ended(client, run_id)
    assert (run["status"], run["error_code"]) == ("failed", "E_PLAN_REJECTED")
    assert "the protocol is another" in run["error_message"]


async def waiting_for(client: Client, run_id: str, what: str) -> str:
    async with asyncio.timeout(60):
        while True:
            run = (await client.get(f"{API}/runs/{run_id}")).json()
            done = {step["name"] for step in run["steps"] if step["status"] == "succeeded"}
            if ("notebook" if what == "notebook" else "plan") in done:
                return str(run["plan_id"])
            await asyncio.sleep(0.1)


async def test_a_retired_notebook_runs_no_more_and_is_its_tenants_alone(
    client: Client, other_client: Client
) -> None:
    paper_id = (await upload(client, wine_paper())).json()["paper_id"]
    await client.post(f"{API}/papers/{paper_id}/extract")
    plan = (await client.post(f"{API}/papers/{paper_id}/plan", json={"seeds": 1})).json()
    plan_id = plan["plan_id"]
    await client.post(f"{API}/plans/{plan_id}/materialize")
    for what in ("plan", "notebook"):
        await client.post(f"{API}/plans/{plan_id}/approve", json={"what": what, "reason": "right"})
    found = (await client.get(f"{API}/artifacts", params={"status": "APPROVED"})).json()["items"]
    assert sorted(each["kind"] for each in found) == ["paper.notebook", "paper.plan"]
    assert (await other_client.get(f"{API}/artifacts")).json()["items"] == []
    notebook = next(each for each in found if each["kind"] == "paper.notebook")
    path, why = f"{API}/artifacts/{notebook['id']}", {"reason": "a mistake in it"}
    problem(await other_client.get(path), 404, "E_ARTIFACT_NOT_FOUND")
    problem(await other_client.post(f"{path}/retire", json=why), 404, "E_ARTIFACT_NOT_FOUND")
    assert (await client.post(f"{path}/retire", json=why)).status_code == 204
    assert (await client.get(path)).json()["decision_reason"] == "a mistake in it"
    problem(await client.post(f"{API}/plans/{plan_id}/run"), 400, "E_PLAN_NOT_MATERIALIZED")
    decision = {"what": "notebook", "reason": "after all"}
    answer = await client.post(f"{API}/plans/{plan_id}/approve", json=decision)
    problem(answer, 409, "E_ARTIFACT_STATE")


async def test_a_waiting_run_is_cancelled_at_once_and_a_running_one_within_seconds(
    client: Client, house: House
) -> None:
    paper_id = (await upload(client, DEMO_PAPER.read_bytes())).json()["paper_id"]
    body = {"paper_id": paper_id, "is_preapproved": True}
    queued = (await client.post(f"{API}/reproductions", json=body)).json()["run_id"]
    assert (await client.post(f"{API}/runs/{queued}/cancel")).json()["status"] == "cancelled"
    running = (await client.post(f"{API}/reproductions", json=body)).json()["run_id"]
    async with working(house):
        async with asyncio.timeout(60):
            while True:
                run = (await client.get(f"{API}/runs/{running}")).json()
                if run["notebook_run_id"]:
                    inner = (await client.get(f"{API}/runs/{run['notebook_run_id']}")).json()
                    if inner["status"] == "running":
                        break
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        await client.post(f"{API}/runs/{run['notebook_run_id']}/cancel")
        run = await ended(client, running, seconds=10)
    assert (run["status"], run["error_code"]) == ("cancelled", "E_RUN_CANCELLED")
    inner = (await client.get(f"{API}/runs/{run['notebook_run_id']}")).json()
    assert inner["status"] == "cancelled"


async def test_listing_goes_page_by_page(client: Client) -> None:
    for title in ("A First Paper", "A Second Paper", "A Third Paper"):
        assert (await upload(client, make_paper(title, ["Some words."]))).status_code == 201
    first = (await client.get(f"{API}/papers", params={"limit": 2})).json()
    assert [paper["title"] for paper in first["items"]] == ["A Third Paper", "A Second Paper"]
    rest = (await client.get(f"{API}/papers", params={"before": first["next"]})).json()
    assert [paper["title"] for paper in rest["items"]] == ["A First Paper"] and rest["next"] is None
