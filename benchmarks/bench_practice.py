"""A bank of 1,000 items, listed and searched; 200 learners who practise at once, over loopback.

The server is a real one in a process of its own, on the embedded database. Each learner answers as
fast as people do: a question is read for a few seconds before it is answered. Prints JSON.
"""

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import httpx
from psycopg.types.json import Jsonb

from evigate.base.canonical import content_hash
from evigate.base.ids import UserId
from evigate.base.subject import Subject
from evigate.boot import House, Settings

ITEMS = 1_000
LEARNERS = int(os.environ.get("LEARNERS", "200"))
ANSWERS_EACH = int(os.environ.get("ANSWERS", "5"))
THINK_S = float(os.environ.get("THINK_S", "10"))
SERVE = "from evigate.cli.main import main; main()"
WORDS = ("heart", "lung", "kidney", "liver", "nerve", "muscle", "bone", "blood", "artery", "vein")


async def fill(house: House, owner: Subject) -> uuid.UUID:
    """Make a module with a bank of approved items, past the checks: it is the lists that matter."""
    module = await house.learning.modules.create(owner, "A thousand items")
    chance = random.Random(7)
    async with house.database.maintenance("bench") as tx:
        execute = tx.connection.execute
        await execute("SELECT set_config('app.tenant_id', %s, true)", (str(owner.tenant_id),))
        run = uuid.uuid4()
        await execute(
            "INSERT INTO kernel.runs (tenant_id, id, kind) VALUES (%s, %s, 'learning.bench')",
            (owner.tenant_id, run),
        )
        for number in range(ITEMS):
            item, word = uuid.UUID(int=number + 1), chance.choice(WORDS)
            stem = f"Which statement about the {word} number {number} is right?"
            payload = {
                "stem": stem,
                "key": "B",
                "options": [{"id": each, "text": f"{each} {number}"} for each in "ABCD"],
                "concept": word,
            }
            await execute(
                "INSERT INTO gate.artifacts (tenant_id, id, module_id, kind, key, version, status,"
                " schema_version, artifact_payload, content_hash, evidence_version, run_id)"
                " VALUES (%s, %s, %s, 'learning.mcq_item', %s, 1, 'APPROVED', '1',"
                " %s, %s, 'e', %s)",
                (
                    owner.tenant_id,
                    item,
                    module.id,
                    str(number),
                    Jsonb(payload),
                    content_hash(payload),
                    run,
                ),
            )
            await execute(
                "INSERT INTO gate.approvals (tenant_id, artifact_id, content_hash, approved_by)"
                " VALUES (%s, %s, 'h', 'bench')",
                (owner.tenant_id, item),
            )
            await execute(
                "INSERT INTO learning.items (tenant_id, artifact_id, module_id, kind, question,"
                " concept, tags, difficulty, difficulty_prior, search)"
                " VALUES (%s, %s, %s, 'learning.mcq_item', %s, %s, %s, 'intermediate', %s, %s)",
                (owner.tenant_id, item, module.id, stem, word, [word], chance.random(), stem),
            )
    return module.id


async def enrol(house: House, owner: Subject) -> list[str]:
    """Make learners and a token for each."""
    tokens = []
    for number in range(LEARNERS):
        async with house.database.maintenance("bench") as tx:
            user = uuid.uuid4()
            await tx.connection.execute(
                "INSERT INTO kernel.users (id, email, display_name) VALUES (%s, %s, %s)",
                (user, f"l{number}@bench.test", f"Learner {number}"),
            )
            await tx.connection.execute(
                "INSERT INTO kernel.memberships (tenant_id, user_id, role)"
                " VALUES (%s, %s, 'learner')",
                (owner.tenant_id, user),
            )
        person = Subject(owner.tenant_id, f"user:{user}", "editor", UserId(user))
        _, token = await house.tenancy.create_token(person, "bench", role="learner")
        tokens.append(token)
    return tokens


class Timed:
    """Requests and how long each took, by name; whatever is no success is an error."""

    def __init__(self) -> None:
        self.ms: dict[str, list[float]] = {}
        self.errors: list[str] = []

    async def ask(
        self, client: httpx.AsyncClient, name: str, method: str, path: str, **more: object
    ) -> httpx.Response:
        """Send a request and note its time."""
        started = time.perf_counter()
        answer = await client.request(method, path, **more)  # type: ignore[arg-type]
        self.ms.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        if answer.status_code >= 400:
            self.errors.append(f"{name} {answer.status_code} {answer.text[:200]}")
            raise RuntimeError(self.errors[-1])
        return answer

    def summary(self) -> dict[str, object]:
        """Return p50 and p95 by name, and over all."""
        every = sorted(value for values in self.ms.values() for value in values)
        rows = {name: _percentiles(values) for name, values in self.ms.items()}
        return {"all": _percentiles(every), **rows, "errors": len(self.errors)}


def _percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "n": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
    }


def visitor(base: str, token: str) -> httpx.AsyncClient:
    """Return a client that is signed in; without TLS, whose context costs 20 ms to make."""
    headers = {"authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=base, headers=headers, timeout=60, verify=False)


async def practise(client: httpx.AsyncClient, module: uuid.UUID, seed: int, timed: Timed) -> None:
    """Be one learner: open a session, read, answer, go on."""
    chance = random.Random(seed)
    async with client:
        await asyncio.sleep(chance.random() * THINK_S)
        body = {"module_id": str(module), "item_limit": ANSWERS_EACH}
        session = (await timed.ask(client, "start", "POST", "/api/v1/sessions", json=body)).json()[
            "id"
        ]
        for number in range(ANSWERS_EACH):
            path = f"/api/v1/sessions/{session}"
            question = (await timed.ask(client, "question", "GET", f"{path}/question")).json()
            await asyncio.sleep(THINK_S * (0.5 + chance.random()))
            answer = {
                "artifact_id": question["artifact_id"],
                "value": chance.choice("ABCD"),
                "key": str(number),
                "latency_ms": 3000,
            }
            await timed.ask(client, "answer", "POST", f"{path}/answers", json=answer)


async def browse(base: str, token: str, module: uuid.UUID, timed: Timed) -> None:
    """Be the teacher: list, filter and search."""
    async with visitor(base, token) as client:
        for number in range(30):
            path = f"/api/v1/items?module_id={module}"
            await timed.ask(client, "list", "GET", f"{path}&limit=50&offset={number * 10}")
            await timed.ask(
                client, "filter", "GET", f"{path}&status=APPROVED&tag={WORDS[number % 10]}"
            )
            await timed.ask(client, "search", "GET", f"{path}&q={WORDS[number % 10]} {number}")


async def main(folder: Path) -> None:
    """Fill, serve, browse, practise, print."""
    settings = Settings(data_dir=folder, port=0)
    async with House.open(settings) as house:
        owner = await house.operator()
        module = await fill(house, owner)
        tokens = await enrol(house, owner)
        _, teacher = await house.tenancy.create_token(owner, "teacher")
        port = 18_000 + os.getpid() % 1_000
        server = subprocess.Popen(  # noqa: ASYNC220  it outlives this line
            [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
            env={**os.environ, "EVIGATE_DATA_DIR": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        base = f"http://127.0.0.1:{port}"
        try:
            await _ready(base)
            bank, load = Timed(), Timed()
            await browse(base, teacher, module, bank)
            learners = [visitor(base, token) for token in tokens]
            await asyncio.gather(
                *(practise(client, module, n, load) for n, client in enumerate(learners))
            )
        finally:
            server.terminate()
            server.wait(30)
    print(
        json.dumps(
            {
                "bank": bank.summary(),
                "practice": load.summary(),
                "errors": [*bank.errors, *load.errors][:5],
            },
            indent=2,
        )
    )


async def _ready(base: str) -> None:
    async with httpx.AsyncClient(base_url=base) as client:
        for _ in range(240):
            try:
                if (await client.get("/health")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.25)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="evigate-bench-") as made:
        Path(made).chmod(0o755)
        asyncio.run(main(Path(made)))
