"""The pages over HTTP: whose they are, how they fail, how one comes in and goes out."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from tests.access.test_matrix import routes_of
from tests.conftest import app_of
from tests.fixtures.papers import make_paper, wine_paper

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.kernel.http import SESSION_COOKIE
from evigate.kernel.pages.throttle import ATTEMPTS_MAX
from evigate.papers import ReproduceOptions, Source
from evigate.web.pages import MASKED, safe_next, settings_rows

PASSWORD = "correct horse battery"
# What forms ask for beside the address; it names nothing of anybody.
NOBODY = "00000000-0000-7000-8000-000000000000"
NAMED = {"better_id": NOBODY, "worse_id": NOBODY, "other": NOBODY}
SAME_ORIGIN = {"origin": "http://test"}


@asynccontextmanager
async def browser(house: House, subject: Subject | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies and follows nothing; signed in if a subject is given."""
    transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        if subject is not None:
            token = await house.tenancy.make_link(subject)
            session = await house.tenancy.redeem_link(token, user_agent=None)
            client.cookies.set(SESSION_COOKIE, session)
        yield client


def csrf(house: House, client: httpx.AsyncClient) -> dict[str, str]:
    return {"csrf_token": house.doors.csrf_token(client.cookies[SESSION_COOKIE])}


async def fill(house: House, subject: Subject) -> dict[str, UUID]:
    """Make a paper with claims, a plan with a notebook, and a run that waits for a worker."""
    papers = house.papers
    paper = await papers.ingest(subject, wine_paper(), Source("wine.pdf"))
    claims = await papers.extract(subject, paper.id)
    options = ReproduceOptions(seeds=1)
    run_id = await papers.reproduce(subject, options, paper_id=paper.id)
    plan = await papers.draft_plan(subject, paper.id, options)
    async with house.database.tx(subject) as tx:
        plan_id = (await papers.record_plan(tx, paper.id, plan, run_id)).id
    await papers.materialize(subject, plan_id)
    return {
        "paper_id": paper.id, "plan_id": plan_id, "run_id": run_id, "claim_id": claims[0].id
    }  # fmt: skip


def address(path: str, ids: dict[str, UUID]) -> str:
    for name, value in ids.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path.replace("{kind}", "notebook").replace("{name}", "notebook.ipynb")


async def test_another_tenants_things_are_not_there_on_any_page(
    house: House, owner: Subject, stranger: Subject
) -> None:
    ids = await fill(house, owner)
    asked = 0
    async with browser(house, stranger) as client:
        for method, path in routes_of(house):
            is_page = path.startswith(("/papers/{", "/plans/{", "/runs/{"))
            if not is_page or method == "HEAD":
                continue
            form = {**csrf(house, client), "what": "plan", **NAMED} if method == "POST" else None
            files = {"file": ("a.pdf", b"%PDF-1.7")} if path.endswith("/versions") else None
            files = files if method == "POST" else None
            answer = await client.request(method, address(path, ids), data=form, files=files)
            assert answer.status_code == 404, f"{method} {path} answers {answer.status_code}"
            assert "Two" not in answer.text and "wine" not in answer.text.lower()
            asked += 1
        for path in ("/papers", "/runs"):
            assert str(ids["paper_id"]) not in (await client.get(path)).text
    assert asked >= 20


async def test_an_owner_sees_every_page_of_a_paper(house: House, owner: Subject) -> None:
    ids = await fill(house, owner)
    async with browser(house, owner) as client:
        for path in (
            "/papers", "/papers/{paper_id}", "/papers/{paper_id}/delete", "/papers/{paper_id}/claims/new",
            "/papers/{paper_id}/claims/{claim_id}", "/plans/{plan_id}",
            "/plans/{plan_id}/notebook", "/plans/{plan_id}/notebook.ipynb", "/runs", "/runs/{run_id}",
            "/settings", "/settings/tokens", "/docs",
        ):  # fmt: skip
            answer = await client.get(address(path, ids))
            assert answer.status_code == 200, path
            assert "no-store" in answer.headers["cache-control"], path
        # A run that has not come so far has no report and no notebook; the page says so.
        for path in ("/runs/{run_id}/report", "/runs/{run_id}/notebook"):
            answer = await client.get(address(path, ids))
            assert answer.status_code == 404 and "<h1>" in answer.text


async def test_a_change_without_the_token_is_refused_and_nothing_changes(
    house: House, owner: Subject
) -> None:
    ids = await fill(house, owner)
    async with browser(house, owner) as client:
        refused = await client.post(address("/papers/{paper_id}/delete", ids))
        assert refused.status_code == 403 and "E_DENIED" in refused.text
        assert refused.headers["content-type"].startswith("text/html")
        assert (await client.get(address("/papers/{paper_id}", ids))).status_code == 200


async def test_a_decision_is_kept_with_its_remark(house: House, owner: Subject) -> None:
    ids = await fill(house, owner)
    async with browser(house, owner) as client:
        form = {**csrf(house, client), "what": "plan", "reason": "It says so."}
        path = address("/plans/{plan_id}/decide", ids)
        answer = await client.post(path, data=form)
        # No journey uses this plan, so the plan's page shows the decision.
        assert answer.headers["location"] == address("/plans/{plan_id}", ids)
        assert "It says so." in (await client.get(answer.headers["location"])).text
        await client.post(path, data={**form, "reason": "On second thoughts."})
        assert "On second thoughts." not in (await client.get(answer.headers["location"])).text


async def test_a_file_that_is_no_pdf_is_refused_beside_its_field(
    house: House, owner: Subject
) -> None:
    async with browser(house, owner) as client:
        answer = await client.post(
            "/papers", data=csrf(house, client), files={"file": ("a.pdf", b"not a PDF at all")}
        )
        assert answer.status_code == 415
        assert 'aria-describedby="about-file"' in answer.text and "field__error" in answer.text
        local = await client.post(
            "/papers/from-url", data={**csrf(house, client), "url": "http://127.0.0.1/x.pdf"}
        )
        assert local.status_code == 400 and "http://127.0.0.1/x.pdf" in local.text


async def test_a_body_far_over_the_limit_is_cut_off(house: House, owner: Subject) -> None:
    data = b"%PDF-1.7" + bytes(house.papers.upload_max_bytes + 200_000)
    async with browser(house, owner) as client:
        answer = await client.post(
            "/papers", data=csrf(house, client), files={"file": ("a.pdf", data)}
        )
        assert answer.status_code == 413 and "larger than" in answer.text
        headers = {"x-csrf-token": csrf(house, client)["csrf_token"]}
        program = await client.post(
            "/api/v1/papers/ingest", files={"file": ("a.pdf", data)}, headers=headers
        )
        assert (program.status_code, program.json()["code"]) == (413, "E_FILE_TOO_LARGE")


async def test_nothing_a_paper_says_becomes_markup(house: House, owner: Subject) -> None:
    pdf = make_paper("<script>alert(1)</script> & Co", ["Abstract", "We measure <b>nothing</b>."])
    async with browser(house, owner) as client:
        answer = await client.post(
            "/papers", data=csrf(house, client), files={"file": ("<i>.pdf", pdf)}
        )
        page = await client.get(answer.headers["location"])
        assert page.status_code == 200
        assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text
        assert "No claims found" in page.text


async def test_whoever_is_not_signed_in_comes_back_to_where_they_wanted(house: House) -> None:
    async with browser(house) as client:
        answer = await client.get("/runs?before=0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b")
        assert answer.status_code == 303
        form = await client.get(answer.headers["location"])
        assert 'value="/runs?before=0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"' in form.text


async def test_a_link_signs_in_once_and_looking_at_it_uses_nothing_up(
    house: House, owner: Subject
) -> None:
    path = f"/sign-in/{await house.tenancy.make_link(owner)}"
    async with browser(house) as robot:
        for _ in range(3):
            looked = await robot.get(path)
            assert looked.status_code == 200 and "set-cookie" not in looked.headers
    async with browser(house) as client:
        elsewhere = {"origin": "http://elsewhere.test"}
        assert (await client.post(path, headers=elsewhere)).status_code == 403
        entered = await client.post(path, headers=SAME_ORIGIN)
        assert entered.headers["location"] == "/"
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie
        assert (await client.get("/papers")).status_code == 200
        again = await client.post(path, headers=SAME_ORIGIN)
        assert again.status_code == 401 and "E_SIGN_IN_LINK_INVALID" in again.text


async def test_a_password_is_set_and_signs_in_and_out(house: House, owner: Subject) -> None:
    async with browser(house, owner) as client:
        weak = await client.post("/settings/password", data={**csrf(house, client), "new": "short"})
        assert weak.status_code == 422 and "field__error" in weak.text
        done = await client.post(
            "/settings/password", data={**csrf(house, client), "new": PASSWORD}
        )
        assert done.status_code == 303
    form = {"email": house.settings.owner_email, "password": PASSWORD, "next": "/runs"}
    async with browser(house) as client:
        entered = await client.post("/sign-in", data=form, headers=SAME_ORIGIN)
        assert (entered.status_code, entered.headers["location"]) == (303, "/runs")
        session = client.cookies[SESSION_COOKIE]
        await client.post("/sign-out", data=csrf(house, client))
        assert SESSION_COOKIE not in client.cookies
        client.cookies.set(SESSION_COOKIE, session)
        assert (await client.get("/papers")).status_code == 303


async def test_guessing_is_stopped_after_ten_failures(house: House) -> None:
    form = {"email": "nobody@example.org", "password": "x"}
    async with browser(house) as client:
        for _ in range(ATTEMPTS_MAX):
            answer = await client.post("/sign-in", data=form, headers=SAME_ORIGIN)
            assert answer.status_code == 401 and 'value="nobody@example.org"' in answer.text
        stopped = await client.post("/sign-in", data=form, headers=SAME_ORIGIN)
        assert stopped.status_code == 429 and "E_TOO_MANY_ATTEMPTS" in stopped.text


async def test_a_token_is_shown_once_and_worthless_when_revoked(
    house: House, owner: Subject
) -> None:
    async with browser(house, owner) as client:
        made = await client.post("/settings/tokens", data={**csrf(house, client), "name": "laptop"})
        found = re.search(r"evg_[\w-]{40,}", made.text)
        assert found is not None
        bearer = {"authorization": f"Bearer {found[0]}"}
        listed = await client.get("/settings/tokens")
        assert found[0] not in listed.text and "laptop" in listed.text
        action = re.search(r'action="(/settings/tokens/[^"]+/revoke)"', listed.text)
        assert action is not None
        async with browser(house) as program:
            assert (await program.get("/api/v1/papers", headers=bearer)).status_code == 200
            await client.post(action[1], data=csrf(house, client))
            assert (await program.get("/api/v1/papers", headers=bearer)).status_code == 401


async def test_the_installation_is_shown_to_its_operator_alone(
    house: House, owner: Subject, stranger: Subject
) -> None:
    async with browser(house, owner) as client:
        shown = await client.get("/settings")
        assert "EVIGATE_DATA_DIR" in shown.text and str(house.settings.data_dir) in shown.text
        assert house.settings.key is not None and house.settings.key not in shown.text
    async with browser(house, stranger) as client:
        assert "EVIGATE_DATA_DIR" not in (await client.get("/settings")).text
        assert str(house.settings.data_dir) not in (await client.get("/papers")).text
        assert (await client.get("/doctor")).status_code == 403


async def test_failures_are_pages_for_people_and_json_for_programs(
    house: House, owner: Subject
) -> None:
    async with browser(house, owner) as client:
        for path in ("/nowhere", "/papers/not-an-id"):
            answer = await client.get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("text/html") and "<h1>" in answer.text
        program = await client.get("/api/v1/papers/not-an-id")
        assert program.headers["content-type"] == "application/problem+json"


async def test_assets_may_be_kept_and_pages_may_load_only_ours(
    house: House, owner: Subject
) -> None:
    async with browser(house, owner) as client:
        page = await client.get("/papers")
        href = re.search(r'href="(/static/css/base\.css\?v=\w+)"', page.text)
        assert href is not None
        style = await client.get(href[1])
        assert style.headers["cache-control"] == "public, max-age=31536000, immutable"
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy


async def test_a_blob_that_is_gone_is_not_found(house: House, owner: Subject) -> None:
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    async with browser(house, owner) as client:
        plan = (await fill(house, owner))["plan_id"]
        links = (await client.get(f"/api/v1/plans/{plan}/assets")).json()
        link = links["notebook_signed_url"]
        assert (await client.get(link)).status_code == 200
        digest = Path(link.partition("?")[0]).name
        assert owner.tenant_id is not None and digest != paper.pdf_sha256
        await house.storage.delete(owner.tenant_id, digest)
        assert (await client.get(link)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/runs?x=1#y", "/runs?x=1#y"),
        (None, "/"),
        ("", "/"),
        ("https://evil.test/", "/"),
        ("//evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("runs", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_signing_in_leads_nowhere_else(asked: str | None, given: str) -> None:
    assert safe_next(asked) == given


def test_secrets_among_the_settings_are_masked(house: House) -> None:
    rows = {row["name"]: row["value"] for row in settings_rows(house.settings)}
    assert rows["EVIGATE_KEY"] == rows["EVIGATE_DATABASE_URL"] == MASKED
    assert rows["EVIGATE_STORAGE_URL"] is None
    assert rows["EVIGATE_TENANT"] == house.settings.tenant
