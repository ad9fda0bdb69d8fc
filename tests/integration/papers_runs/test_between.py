"""Several runs and papers at once: compare, fan out, rank, count, keep, and take a new version."""

import asyncio
import io
import json
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.conftest import api_client
from tests.fixtures.papers import WINE_TEXT, WINE_TITLE, make_paper, wine_paper
from tests.integration.test_papers_api import ended, problem

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.boot.console import working
from evigate.papers import ReproduceOptions, Source

API = "/api/v1"
NEWER_TABLE = (
    ("Classifier", "Accuracy (%)"),
    ("LDA", "98.9"),
    ("QDA", "98.3"),
    ("1NN", "96.1"),
    ("SVM", "97.2"),
)


async def reproduced(house: House, client: httpx.AsyncClient, owner: Subject) -> dict[str, Any]:
    """Run the wine paper to its end and return its run as the API shows it."""
    paper = await house.papers.ingest(owner, wine_paper(), Source("wine.pdf"))
    options = ReproduceOptions(seeds=2, is_preapproved=True)
    journey = await house.papers.reproduce(owner, options, paper_id=paper.id)
    await ended(client, str(journey))
    found: dict[str, Any] = (await client.get(f"{API}/runs/{journey}")).json()
    assert found["status"] == "succeeded", found
    return found


async def test_a_plan_fans_out_and_its_runs_are_compared(
    house: House, client: httpx.AsyncClient, owner: Subject, stranger: Subject, tmp_path: Path
) -> None:
    async with working(house):
        first = await reproduced(house, client, owner)
        body = {"seeds": [7, 8]}
        fanned = await client.post(f"{API}/plans/{first['plan_id']}/seeds", json=body)
        assert fanned.status_code == 202, fanned.text
        runs = fanned.json()["runs"]
        for each in runs:
            await ended(client, each["reproduction_id"])
    listed = (await client.get(f"{API}/runs")).json()["items"]
    mine = [each for each in listed if each["batch_id"] == fanned.json()["batch_id"]]
    assert sorted(each["seed"] for each in mine) == [7, 8]
    assert all(each["cpu_seconds"] > 0 and each["peak_memory_bytes"] > 10**7 for each in mine)
    for wrong in ([], [1, 1], list(range(21))):
        answer = await client.post(f"{API}/plans/{first['plan_id']}/seeds", json={"seeds": wrong})
        assert answer.status_code == 422

    one, other = runs[0]["run_id"], runs[1]["run_id"]
    compared = (await client.get(f"{API}/runs/{one}/compare/{other}")).json()
    facts = {each["name"]: each for each in compared["facts"]}
    assert (facts["seed"]["before"], facts["seed"]["after"]) == (7, 8)
    assert facts["env_hash"]["before"] == facts["env_hash"]["after"]
    assert compared["packages"] == [] and compared["plan"] == []
    assert compared["metrics"]
    problem(await client.get(f"{API}/runs/{one}/compare/{one}"), 422, "E_RUNS_NOT_COMPARABLE")
    async with api_client(house, stranger) as outside:
        problem(await outside.get(f"{API}/runs/{one}/compare/{other}"), 404, "E_RUN_NOT_FOUND")
        answer = await outside.post(f"{API}/plans/{first['plan_id']}/seeds", json=body)
        problem(answer, 404, "E_PLAN_NOT_FOUND")
    await check_by_hand(house, owner, uuid.UUID(one), tmp_path)


async def check_by_hand(house: House, owner: Subject, run_id: uuid.UUID, folder: Path) -> None:
    """The downloaded notebook, run by plain IPython outside of any sandbox, gives the numbers."""
    assets = await house.papers.assets_of_run(owner, run_id)
    assert {"notebook", "metrics", "logs", "events", "environment"} <= set(assets)
    path = folder / "downloaded.ipynb"
    path.write_bytes(await house.papers.blob(owner, assets["notebook"].checksum))
    theirs = json.loads(await house.papers.blob(owner, assets["metrics"].checksum))
    seed = (await house.papers.get_run(owner, run_id)).notebook
    assert seed is not None
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "IPython", str(path)],
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": str(folder),
            "EVIGATE_SEED": str(seed.seed),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-800:]
    ours = json.loads((folder / "metrics.json").read_text())
    assert ours["observations"] == theirs["observations"] and ours["observations"]


async def test_rankings_leaderboard_and_portfolio(
    house: House, client: httpx.AsyncClient, owner: Subject, stranger: Subject
) -> None:
    empty = (await client.get(f"{API}/portfolio")).json()
    assert (empty["papers"], empty["claims"], empty["rate"]["share"]) == (0, 0, None)
    async with working(house):
        first = await reproduced(house, client, owner)
    paper_id = first["paper_id"]
    claims = (await client.get(f"{API}/papers/{paper_id}/claims")).json()["claims"]
    ids = {each["method"]: each["id"] for each in claims}
    where = f"{API}/papers/{paper_id}/rankings"
    pair = {"better_id": ids["QDA"], "worse_id": ids["1NN"], "note": "Table 1"}
    ranking = (await client.post(where, json=pair)).json()["ranking_id"]
    assert (await client.post(where, json=pair)).json()["ranking_id"] == ranking
    twice = {"better_id": ids["QDA"], "worse_id": ids["QDA"]}
    problem(await client.post(where, json=twice), 422, "E_RANKING_INVALID")
    board = (await client.get(f"{API}/papers/{paper_id}/leaderboard")).json()
    assert [row["method"] for row in board["boards"][0]["rows"]] == ["QDA", "LDA", "1NN"]
    assert [row["claimed_place"] for row in board["boards"][0]["rows"]] == [1, 2, 3]
    typed = next(each for each in board["rankings"] if each["id"] == ranking)
    assert (
        typed["verdict"] == "reproduced" and typed["difference"] > 0 and typed["note"] == "Table 1"
    )

    found = (await client.get(f"{API}/portfolio")).json()
    assert (found["papers"], found["claims"], found["rate"]["compared"]) == (1, 3, 3)
    assert found["by_metric"][0]["name"] == "Accuracy"
    none = (await client.get(f"{API}/portfolio", params={"metric": "BLEU"})).json()
    assert none["claims"] == 0
    crate = await client.get(f"{API}/portfolio.zip")
    with zipfile.ZipFile(io.BytesIO(crate.content)) as archive:
        assert "ro-crate-metadata.json" in archive.namelist()
    for form in ("csv", "json", "html"):
        assert WINE_TITLE in (await client.get(f"{API}/portfolio.{form}")).text
    async with api_client(house, stranger) as outside:
        assert (await outside.get(f"{API}/portfolio")).json()["claims"] == 0
        problem(await outside.get(f"{API}/papers/{paper_id}/leaderboard"), 404, "E_PAPER_NOT_FOUND")
        problem(await outside.post(where, json=pair), 404, "E_PAPER_NOT_FOUND")
    assert (await client.delete(f"{where}/{ranking}")).status_code == 204
    problem(await client.delete(f"{where}/{ranking}"), 404, "E_RANKING_NOT_FOUND")

    # A newer version stands beside the old; the portfolio counts the newest that has verdicts.
    newer = make_paper(WINE_TITLE, WINE_TEXT, "Table 1: Accuracy on Wine.", NEWER_TABLE)
    taken = await client.post(
        f"{API}/papers/{paper_id}/versions",
        files={"file": ("v2.pdf", newer, "application/pdf")},
    )
    assert taken.status_code == 201, taken.text
    kinds = {c["after"]["method"]: (c["kind"], c["what"]) for c in taken.json()["changes"]}
    assert kinds["QDA"] == ("changed", ["value"]) and kinds["SVM"] == ("added", [])
    assert kinds["LDA"][0] in ("same", "moved")
    again = await client.post(
        f"{API}/papers/{taken.json()['paper_id']}/versions",
        files={"file": ("v1.pdf", wine_paper(), "application/pdf")},
    )
    problem(again, 422, "E_VERSION_INVALID")
    changes = await client.get(f"{API}/papers/{paper_id}/changes/{taken.json()['paper_id']}")
    assert len(changes.json()["changes"]) == 4


async def blobs(house: House, owner: Subject) -> list[str]:
    async with house.database.tx(owner) as tx:
        rows = await (await tx.connection.execute("SELECT media_type FROM kernel.blobs")).fetchall()
    return [str(row["media_type"]) for row in rows]


async def test_what_is_older_than_is_kept_goes_with_its_files(
    house: House, client: httpx.AsyncClient, owner: Subject, stranger: Subject
) -> None:
    kept = {"run_days": 30, "paper_days": 365}
    assert (await client.put(f"{API}/retention", json=kept)).json() == kept
    assert (await client.put(f"{API}/retention", json={"run_days": 0})).status_code == 422
    async with working(house):
        first = await reproduced(house, client, owner)
        again = (await client.post(f"{API}/runs/{first['notebook_run_id']}/rerun")).json()
        await ended(client, again["reproduction_id"])
    before = len(await blobs(house, owner))
    assert (await client.post(f"{API}/retention/sweep")).json() == {"runs": 0, "papers": 0}
    await age(house, days=40)
    async with api_client(house, stranger) as outside:
        assert (await outside.post(f"{API}/retention/sweep")).json() == {"runs": 0, "papers": 0}
    assert (await client.post(f"{API}/retention/sweep")).json() == {"runs": 1, "papers": 0}
    # The first journey made the plan: its verdicts stay, its run's files went.
    left = uuid.UUID(first["notebook_run_id"])
    assert await house.papers.assets_of_run(owner, left) == {}
    assert (await client.get(f"{API}/runs/{first['id']}")).json()["summary"]
    kept_run = uuid.UUID(again["reproduction_id"])
    view = await house.papers.get_run(owner, kept_run)
    assert view.reproduction is not None and view.reproduction.run_id is not None
    assert await house.papers.assets_of_run(owner, view.reproduction.run_id)
    newest = (await client.get(f"{API}/runs/{again['reproduction_id']}")).json()
    assert newest["status"] == "succeeded"
    assert len(await blobs(house, owner)) < before
    await age(house, days=400)
    assert (await client.post(f"{API}/retention/sweep")).json() == {"runs": 0, "papers": 1}
    assert await blobs(house, owner) == []


AGE = (
    "ALTER TABLE papers.papers DISABLE TRIGGER papers_updated_at",
    "UPDATE papers.papers SET updated_at = updated_at - make_interval(days => %s)",
    "ALTER TABLE papers.papers ENABLE TRIGGER papers_updated_at",
    "UPDATE papers.runs SET created_at = created_at - make_interval(days => %s)",
    "UPDATE kernel.runs SET created_at = created_at - make_interval(days => %s)",
)


async def age(house: House, *, days: int) -> None:
    """Move what there is into the past, as the schema's owner: a trigger keeps the moment."""

    def move() -> None:
        with psycopg.connect(house.urls.owner) as connection:
            for statement in AGE:
                query = statement.replace("%s", str(days))
                connection.execute(query.encode())

    await asyncio.to_thread(move)


async def test_tenants_take_turns(house: House, owner: Subject, stranger: Subject) -> None:
    """One tenant's many journeys do not keep another's first waiting."""
    options = ReproduceOptions(seeds=1)
    mine = [await house.papers.reproduce(owner, options, data=wine_paper()) for _ in range(4)]
    theirs = await house.papers.reproduce(stranger, options, data=wine_paper())
    async with house.database.maintenance("test") as tx:
        rows = await (
            await tx.connection.execute(
                "SELECT args ->> 'run_id' AS run FROM procrastinate.procrastinate_jobs"
                " WHERE task_name = 'papers.reproduce' ORDER BY priority DESC, id"
            )
        ).fetchall()
    assert [row["run"] for row in rows] == [
        str(each) for each in (mine[0], theirs, mine[1], mine[2], mine[3])
    ]


async def test_only_an_owner_says_what_is_kept(house: House, owner: Subject) -> None:
    viewer = Subject(owner.tenant_id, owner.actor, "viewer", owner.user_id)
    with pytest.raises(EvigateError, match="may not"):
        await house.papers.set_retention(viewer, run_days=1, paper_days=None)
    with pytest.raises(EvigateError, match="may not"):
        await house.papers.sweep_old(viewer)
