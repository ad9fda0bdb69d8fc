"""A module with two documents cut into chunks, drafts that cite them, and suites to judge with."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from evigate.base.canonical import content_hash
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.evidence.chunks import Chunk
from evigate.evidence.passages import write_chunks
from evigate.gate.artifacts import create_artifact
from evigate.gate.evals import close_eval_run, open_eval_run
from evigate.gate.models import NewArtifact, NewCitation, NewResult, Outcome, Suite
from evigate.gate.suites import NewRule, create_suite, put_in_charge
from evigate.kernel.db import Tx
from evigate.kernel.runs import create_run

KIND = "test.card"
HEART = "The heart has four chambers and pumps blood through the body."
LUNGS = "The lungs exchange oxygen and carbon dioxide with the blood."
OTHER = "Enzymes lower the energy that a reaction needs to begin."
EXACT, WEAK, STRONG = ("exactness", "1"), ("hunch", "1"), ("proven", "1")


def chunk(text: str, ordinal: int, page: int = 1) -> Chunk:
    return Chunk(page, 0, len(text), text, (), ordinal=ordinal)


@dataclass
class Bench:
    """The tenant's module and what the tests do to it."""

    house: House
    subject: Subject
    module_id: uuid.UUID
    run_id: uuid.UUID
    documents: tuple[uuid.UUID, uuid.UUID]

    async def sql(self, statement: str, *values: Any, subject: Subject | None = None) -> list[Any]:
        """Run raw SQL as the app role, as the subject."""
        async with self.house.database.tx(subject or self.subject) as tx:
            cursor = await tx.connection.execute(statement, values)
            return await cursor.fetchall() if cursor.description else []

    async def draft(
        self, key: str = "k", quotes: tuple[str, ...] = (HEART,), **more: Any
    ) -> uuid.UUID:
        payload = {"front": key, "back": "four"}
        async with self.house.database.tx(self.subject) as tx:
            return await create_artifact(
                tx,
                NewArtifact(
                    module_id=self.module_id,
                    kind=KIND,
                    key=key,
                    schema_version="1",
                    content_hash=content_hash([payload, *quotes]),
                    evidence_version="e",
                    run_id=self.run_id,
                    payload=payload,
                    citations=tuple(NewCitation(self.documents[0], each) for each in quotes),
                    **more,
                ),
            )

    async def suite(self, *rules: NewRule, in_charge: bool = True, **options: Any) -> Suite:
        async with self.house.database.tx(self.subject) as tx:
            made = await create_suite(tx, "bench", rules, **options)
            if in_charge:
                await put_in_charge(tx, KIND, made)
        return made

    async def judge(
        self, artifact_id: uuid.UUID, suite: Suite, is_trial: bool = False, **scores: Any
    ) -> Outcome:
        """Judge with a score a rule; a value may be (score, (judge, version))."""
        async with self.house.database.tx(self.subject) as tx:
            run_id = await open_eval_run(tx, artifact_id, suite.id, is_trial=is_trial)
            return await close_eval_run(tx, run_id, [result(k, v) for k, v in scores.items()])

    async def status(self, artifact_id: uuid.UUID) -> str:
        rows = await self.sql("SELECT status::text FROM gate.artifacts WHERE id = %s", artifact_id)
        return str(rows[0]["status"])

    async def rewrite(self, *texts: str, document: int = 0) -> None:
        """Give a document other chunks, as indexing again does."""
        async with self.house.database.tx(self.subject) as tx:
            await write_chunks(
                tx,
                document_id=self.documents[document],
                module_id=self.module_id,
                chunks=[chunk(text, n) for n, text in enumerate(texts)],
            )


def result(eval_type: str, value: Any) -> NewResult:
    score, judge = value if isinstance(value, tuple) else (value, EXACT)
    details = {} if score is not None else {"reason": "no evidence"}
    return NewResult(eval_type, score, judge[0], judge[1], details, 1.0)


HARD = NewRule("SCHEMA_VALIDATION", min_score=1.0, hard_fail=True)
SOFT = NewRule("ITEM_FLAWS", min_score=0.7)
ADVICE = NewRule("READABILITY", is_advisory=True)


@pytest.fixture
async def bench(house: House, owner: Subject) -> Bench:
    return await make_bench(house, owner)


async def make_bench(house: House, subject: Subject) -> Bench:
    async with house.database.maintenance("test") as tx:
        await _library_judges(tx)
    module, store = uuid.uuid4(), uuid.uuid4()
    documents = (uuid.uuid4(), uuid.uuid4())
    async with house.database.tx(subject) as tx:
        run_id = await create_run(tx, "gate.test", {})
        execute = tx.connection.execute
        await execute(
            "INSERT INTO evidence.modules (id, title, purpose) VALUES (%s, 'm', 'course')",
            (module,),
        )
        await execute(
            "INSERT INTO evidence.file_search_stores (id, module_id, store_name) VALUES (%s, %s, %s)",
            (store, module, f"vs_{store.hex}"),
        )
        sha = content_hash("x")
        await execute(
            "INSERT INTO kernel.blobs (sha256, size_bytes, media_type) VALUES (%s, 1, 'text/plain')",
            (sha,),
        )
        for document in documents:
            await execute(
                "INSERT INTO evidence.documents (id, module_id, store_id, source_uri, sha256)"
                " VALUES (%s, %s, %s, %s, %s)",
                (document, module, store, f"file:{document}", sha),
            )
    bench = Bench(house, subject, module, run_id, documents)
    await bench.rewrite(HEART, LUNGS)
    await bench.rewrite(OTHER, document=1)
    return bench


async def _library_judges(tx: Tx) -> None:
    execute = tx.connection.execute
    for eval_type in ("SCHEMA_VALIDATION", "ITEM_FLAWS", "READABILITY"):
        await execute(
            "INSERT INTO gate.judges (tenant_id, name, version, eval_type, nature)"
            " VALUES (NULL, %s, %s, %s, 'exact') ON CONFLICT DO NOTHING",
            (*EXACT, eval_type),
        )
    for name, version in (WEAK, STRONG):
        await execute(
            "INSERT INTO gate.judges (tenant_id, name, version, eval_type)"
            " VALUES (NULL, %s, %s, 'GROUNDEDNESS') ON CONFLICT DO NOTHING",
            (name, version),
        )
    await execute(
        "INSERT INTO gate.judge_floors (eval_type, metric, floor) VALUES ('GROUNDEDNESS', 'auc', 0.85)"
        " ON CONFLICT DO NOTHING"
    )
    await execute(
        "INSERT INTO gate.judge_calibrations (tenant_id, judge, version, eval_type, dataset, n,"
        " negatives, auc) VALUES (NULL, %s, %s, 'GROUNDEDNESS', 'claims', 400, 150, 0.9)",
        STRONG,
    )
