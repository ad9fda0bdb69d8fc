"""Who may do what, as a golden file; and every route asks.

To accept a change of the matrix: EVIGATE_TEST_ACCEPT=1 make test, then read the diff.
"""

import os
from pathlib import Path

import httpx
from starlette.routing import Route
from tests.conftest import app_of

from evigate.base.subject import Subject
from evigate.boot import House

MATRIX = Path(__file__).parent / "matrix.txt"
ROLES = ("owner", "editor", "viewer", "learner", "customer", "worker")
# What a stranger may ask: signs of life, files by signed link, signing in, and what pages are made of.
OPEN = {
    "/docs",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/blobs/{tenant_id}/{digest}",
    "/",
    "/sign-in",
    "/sign-in/{token}",
    "/static/{path:path}",
    "/api/v1/openapi.json",
}
SOME_ID = "0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"


def draw(house: House) -> str:
    width = max(len(each.name) for each in house.registry.permissions)
    lines = [" " * width + "  " + "  ".join(ROLES)]
    for each in sorted(house.registry.permissions, key=lambda permission: permission.name):
        marks = [("yes" if role in each.roles else "-").ljust(len(role)) for role in ROLES]
        lines.append(f"{each.name:{width}}  {'  '.join(marks)}".rstrip())
    return "\n".join(lines) + "\n"


async def test_the_permission_matrix_is_the_golden_file(house: House) -> None:
    found = draw(house)
    if os.environ.get("EVIGATE_TEST_ACCEPT"):
        MATRIX.write_text(found)
    assert found == MATRIX.read_text()


def routes_of(house: House) -> list[tuple[str, str]]:
    """Return every method and path that the application serves."""
    app = app_of(house)
    while not hasattr(app, "routes"):
        app = app._app  # type: ignore[attr-defined]
    return sorted(
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
    )


async def test_every_route_refuses_a_stranger_unless_it_is_listed_as_open(house: House) -> None:
    transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
    asked = 0
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for method, path in routes_of(house):
            if path in OPEN or method == "HEAD":
                continue
            address = path
            for name in (
                "paper_id",
                "plan_id",
                "run_id",
                "token_id",
                "artifact_id",
                "job_id",
                "kind",
                "name",
            ):
                address = address.replace("{" + name + "}", SOME_ID)
            answer = await client.request(method, address.replace("{number}", "1"))
            asked += 1
            if path.startswith("/api/"):
                assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"
                assert answer.json()["code"] == "E_UNAUTHENTICATED"
            else:
                is_sent_away = (
                    answer.status_code == 303 and "/sign-in" in answer.headers["location"]
                )
                assert is_sent_away or answer.status_code in (401, 403), f"{method} {path}"
    assert asked >= 25


async def test_an_unsafe_request_by_cookie_needs_the_csrf_token(
    house: House, owner: Subject
) -> None:
    session = await house.tenancy.redeem_link(await house.tenancy.make_link(owner), user_agent=None)
    transport = httpx.ASGITransport(app=app_of(house), raise_app_exceptions=False)
    cookies = {"evigate_session": session}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", cookies=cookies
    ) as client:
        body = {"paper_id": SOME_ID}
        assert (await client.get("/api/v1/papers")).status_code == 200
        refused = await client.post("/api/v1/reproductions", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "E_DENIED")
        headers = {"x-csrf-token": house.doors.csrf_token(session)}
        passed = await client.post("/api/v1/reproductions", json=body, headers=headers)
        assert passed.json()["code"] == "E_PAPER_NOT_FOUND"
