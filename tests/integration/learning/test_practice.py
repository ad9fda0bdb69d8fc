"""Practice through the services and, in raw SQL, past them: who may answer what, and what is kept."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.integration.learning.conftest import AORTA, CHAPTER, MEMBRANE, Class, make_class

from evigate.base.clock import utc_now
from evigate.base.errors import EvigateError
from evigate.base.ids import UserId
from evigate.base.subject import Subject
from evigate.gate.evals import list_findings
from evigate.kernel.jobs import cancel_job, list_jobs
from evigate.learning.practice.measure import MEASURE, ask_for_due
from evigate.learning.practice.models import Answer
from evigate.learning.practice.records import SEND, RecordService, RecordStore
from evigate.learning.practice.service import PracticeService


@pytest.fixture
async def bank(heart: Class) -> tuple[Class, uuid.UUID]:
    """A bank of one approved question."""
    document = await heart.put(CHAPTER)
    judged = await heart.write_mcq(document)
    assert judged.outcome.artifact_status == "APPROVED"
    return heart, judged.artifact_id


async def learner_of(heart: Class, name: str = "learner") -> Subject:
    """Return a member of the tenant who may only practise."""
    async with heart.house.database.maintenance("test") as tx:
        user_id = uuid.uuid4()
        await tx.connection.execute(
            "INSERT INTO kernel.users (id, email, display_name) VALUES (%s, %s, %s)",
            (user_id, f"{name}@school.test", name),
        )
        await tx.connection.execute(
            "INSERT INTO kernel.memberships (tenant_id, user_id, role) VALUES (%s, %s, 'learner')",
            (heart.teacher.tenant_id, user_id),
        )
    return Subject(heart.teacher.tenant_id, f"user:{user_id}", "learner", UserId(user_id))


async def test_a_learner_answers_and_sees_the_source(bank: tuple[Class, uuid.UUID]) -> None:
    heart, item = bank
    learner = await learner_of(heart)
    practice = heart.house.learning.practice
    session = await practice.start(learner, heart.module_id, item_limit=3)
    question = await practice.question(learner, session.id)
    assert question is not None and question.artifact_id == item
    assert (question.number, question.of) == (1, 1), "it promises no question that is not there"
    assert "key" not in repr(question) and "SINUS" not in repr(question)
    assert [text for _, text in question.options][1] == "the sinoatrial node"

    wrong = await practice.answer(learner, session.id, Answer(item, "A", "1", latency_ms=900))
    assert (wrong.is_correct, wrong.score, wrong.answer) == (False, 0.0, "the sinoatrial node")
    assert wrong.passages[0].quote.startswith("The sinoatrial node is")
    assert wrong.passages[0].page == 1
    assert wrong.due is not None
    assert await practice.question(learner, session.id) is None
    done = await practice.get(learner, session.id)
    assert (done.status, done.answered, done.correct) == ("COMPLETED", 1, 0)
    assert done.mastery_state["theta"] < 0


async def test_an_answer_sent_twice_counts_once(bank: tuple[Class, uuid.UUID]) -> None:
    heart, item = bank
    practice = heart.house.learning.practice
    session = await practice.start(heart.teacher, heart.module_id)
    await practice.question(heart.teacher, session.id)
    first = await practice.answer(heart.teacher, session.id, Answer(item, "B", "same"))
    again = await practice.answer(heart.teacher, session.id, Answer(item, "A", "same"))
    assert first.is_correct is again.is_correct is True
    assert again.attempt_id == first.attempt_id
    assert again.passages == first.passages
    assert len(await practice.history(heart.teacher, session.id)) == 1


async def test_an_item_that_leaves_the_bank_is_not_asked_any_more(
    bank: tuple[Class, uuid.UUID],
) -> None:
    heart, item = bank
    practice = heart.house.learning.practice
    session = await practice.start(heart.teacher, heart.module_id)
    await practice.question(heart.teacher, session.id)
    await heart.put("# Another text\n\nNothing is left of the old one in this document.\n")
    with pytest.raises(EvigateError, match="has left the bank"):
        await practice.answer(heart.teacher, session.id, Answer(item, "B", "1"))
    assert await practice.question(heart.teacher, session.id) is None
    with pytest.raises(EvigateError, match="no approved item"):
        await practice.start(heart.teacher, heart.module_id)


async def raw_attempt(heart: Class, session: uuid.UUID, item: uuid.UUID, **more: object) -> None:
    async with heart.house.database.tx(heart.teacher) as tx:
        await tx.connection.execute(
            "INSERT INTO learning.attempts (session_id, artifact_id, user_id, user_answer, is_correct)"
            " VALUES (%s, %s, %s, %s, %s)",
            (
                session,
                item,
                heart.teacher.user_id,
                Jsonb({"answer": more.get("answer", "A")}),
                more.get("is_correct", True),
            ),
        )


async def test_the_database_refuses_what_practice_would_not_do(
    bank: tuple[Class, uuid.UUID],
) -> None:
    heart, item = bank
    practice = heart.house.learning.practice
    session = await practice.start(heart.teacher, heart.module_id)
    pending = await heart.house.learning.bank.write(
        heart.teacher, heart.module_id, "learning.flashcard", {"front": "f", "back": "b"}, []
    )
    foreign = psycopg.errors.ForeignKeyViolation
    with pytest.raises(foreign, match="only an approved item"):
        await raw_attempt(heart, session.id, pending.artifact_id)
    with pytest.raises(foreign, match="open session"):
        await raw_attempt(heart, uuid.uuid4(), item)
    other = await make_class(heart.house, heart.teacher)
    elsewhere = await make_class(heart.house, heart.teacher)
    assert other.module_id != elsewhere.module_id
    # Right or wrong is worked out from the key, whatever the caller says.
    await raw_attempt(heart, session.id, item, answer="A", is_correct=True)
    async with heart.house.database.tx(heart.teacher) as tx:
        row = await (
            await tx.connection.execute("SELECT is_correct, choice FROM learning.attempts")
        ).fetchone()
        assert row == {"is_correct": False, "choice": "A"}
    for statement in (
        "UPDATE learning.attempts SET is_correct = true",
        "DELETE FROM learning.attempts",
        "UPDATE learning.self_ratings SET rating = 4",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with heart.house.database.tx(heart.teacher) as tx:
                await tx.connection.execute(statement)
    await practice.end(heart.teacher, session.id)
    with pytest.raises(foreign, match="open session"):
        await raw_attempt(heart, session.id, item)
    await heart.house.learning.bank.retire(heart.teacher, item, "worn out")
    fresh = uuid.uuid4()
    async with heart.house.database.tx(heart.teacher) as tx:
        await tx.connection.execute(
            "INSERT INTO learning.sessions (id, user_id, module_id) VALUES (%s, %s, %s)",
            (fresh, heart.teacher.user_id, heart.module_id),
        )
    with pytest.raises(foreign, match="only an approved item"):
        await raw_attempt(heart, fresh, item)


async def test_an_attempt_stays_when_its_item_goes(bank: tuple[Class, uuid.UUID]) -> None:
    heart, item = bank
    practice = heart.house.learning.practice
    session = await practice.start(heart.teacher, heart.module_id)
    await practice.question(heart.teacher, session.id)
    await practice.answer(heart.teacher, session.id, Answer(item, "B", "1"))
    await heart.house.learning.bank.retire(heart.teacher, item, "worn out")
    [attempt] = await practice.history(heart.teacher, session.id)
    assert (attempt.is_correct, attempt.is_withdrawn) == (True, True)


async def test_learners_see_their_own_practice_only(
    bank: tuple[Class, uuid.UUID], stranger: Subject
) -> None:
    heart, item = bank
    practice = heart.house.learning.practice
    first, second = await learner_of(heart, "first"), await learner_of(heart, "second")
    session = await practice.start(first, heart.module_id)
    await practice.question(first, session.id)
    await practice.answer(first, session.id, Answer(item, "B", "1"))
    assert await practice.list_sessions(second) == []
    assert await practice.list_sessions(stranger) == []
    assert [each.id for each in await practice.list_sessions(heart.teacher)] == [session.id]
    for subject in (second, stranger):
        for call in (
            practice.get(subject, session.id),
            practice.question(subject, session.id),
            practice.history(subject, session.id),
            practice.answer(subject, session.id, Answer(item, "B", "2")),
        ):
            with pytest.raises(EvigateError, match="There is no session"):
                await call
    with pytest.raises(EvigateError, match="no such learner"):
        await heart.house.learning.dashboards.learner(second, heart.module_id, first.user_id)
    async with heart.house.database.tx(second) as tx:
        for table in ("sessions", "attempts", "cards", "abilities", "statements", "self_ratings"):
            rows = await (await tx.connection.execute(f"SELECT 1 FROM learning.{table}")).fetchall()
            assert rows == [], table
    async with heart.house.database.tx(first) as tx:
        rows = await (await tx.connection.execute("SELECT 1 FROM learning.statements")).fetchall()
        # That the session began, and the answer.
        assert len(rows) == 2


async def test_a_learner_reaches_no_pending_item(bank: tuple[Class, uuid.UUID]) -> None:
    heart, item = bank
    learner = await learner_of(heart)
    await heart.house.learning.bank.write(
        heart.teacher, heart.module_id, "learning.flashcard", {"front": "f", "back": "b"}, []
    )
    learning = heart.house.learning
    for call in (
        learning.bank.get(learner, item),
        learning.bank.coverage(learner, heart.module_id),
        learning.exchange.export(learner, heart.module_id, "json"),
        learning.dashboards.of_class(learner, heart.module_id),
        learning.measured(learner, heart.module_id),
    ):
        with pytest.raises(EvigateError) as refusal:
            await call
        assert refusal.value.code.name == "E_DENIED"
    async with heart.house.database.tx(learner) as tx:
        for view in ("gate.artifacts", "learning.items", "learning_bank.artifacts"):
            rows = await (
                await tx.connection.execute(f"SELECT count(*) AS n FROM {view}")
            ).fetchall()
            assert rows[0]["n"] == 1, view


async def test_what_cannot_be_graded_is_rated_by_the_learner(heart: Class) -> None:
    document = await heart.put(CHAPTER)
    from evigate.gate import NewCitation

    quote = "Systole is the phase of the cardiac cycle in which the ventricles contract and eject blood."
    judged = await heart.house.learning.bank.write(
        heart.teacher,
        heart.module_id,
        "learning.flashcard",
        {
            "front": "Systole",
            "back": "the phase of the cardiac cycle in which the ventricles contract and eject blood",
            "concept": "Systole",
        },
        [NewCitation(document, quote)],
        tags=["Systole"],
    )
    assert judged.outcome.artifact_status == "APPROVED", judged
    practice = heart.house.learning.practice
    session = await practice.start(heart.teacher, heart.module_id)
    await practice.question(heart.teacher, session.id)
    told = await practice.answer(
        heart.teacher, session.id, Answer(judged.artifact_id, {"rating": 3}, "1")
    )
    assert told.graded_by == "self"


async def test_attempts_that_object_send_an_item_back(bank: tuple[Class, uuid.UUID]) -> None:
    """Forty learners: the able ones choose C, so the key is doubted and the item leaves the bank."""
    heart, item = bank
    document = await heart.put(CHAPTER)
    easy = []
    for stem, key, quote in (
        ("Which chamber pumps oxygenated blood into the aorta?", "the left ventricle", AORTA),
        ("Which double membrane surrounds the heart?", "the pericardium", MEMBRANE),
    ):
        judged = await heart.write_mcq(document, stem, key, quote)
        assert judged.outcome.artifact_status == "APPROVED", judged
        easy.append(judged.artifact_id)
    async with heart.house.database.tx(heart.teacher) as tx:
        for number in range(40):
            learner = await _enrol(heart, number)
            session = uuid.uuid4()
            await tx.connection.execute(
                "INSERT INTO learning.sessions (id, user_id, module_id) VALUES (%s, %s, %s)",
                (session, learner, heart.module_id),
            )
            is_able = number % 2 == 0
            for each in [item, *easy]:
                answer = ("C" if each == item else "B") if is_able else "B" if each == item else "A"
                await tx.connection.execute(
                    "INSERT INTO learning.attempts (session_id, artifact_id, user_id, user_answer)"
                    " VALUES (%s, %s, %s, %s)",
                    (session, each, learner, Jsonb({"answer": answer})),
                )
    measured = await heart.house.learning.measure(heart.teacher, heart.module_id)
    listed = {
        each.id: each
        for each in await heart.house.learning.measured(heart.teacher, heart.module_id)
    }
    assert listed[item].n == 40
    assert "mis_keyed" in listed[item].flags
    assert measured.sent_to_review >= 1
    [row] = [each for each in await heart.items() if each.id == item]
    assert row.status == "PENDING_EVAL"
    assert "attempts object" in (row.decision_reason or "")
    async with heart.house.database.tx(heart.teacher) as tx:
        found = [e for e in await list_findings(tx, artifact_id=item) if e.rule == "ATTEMPTS"]
    again = await heart.house.learning.measure(heart.teacher, heart.module_id)
    assert again.sent_to_review == 0
    async with heart.house.database.tx(heart.teacher) as tx:
        later = [e for e in await list_findings(tx, artifact_id=item) if e.rule == "ATTEMPTS"]
    assert "error" in {each.severity for each in found}
    # Seen again it is the same finding.
    assert {each.fingerprint for each in later} == {each.fingerprint for each in found}
    assert {each.seen_count for each in later} == {2}


async def test_a_module_is_measured_after_sessions_once_in_a_while_and_daily_what_is_left(
    bank: tuple[Class, uuid.UUID],
) -> None:
    heart, item = bank
    practice = heart.house.learning.practice
    for name in ("ann", "ben", "cem", "dia", "eve"):
        learner = await learner_of(heart, name)
        session = await practice.start(learner, heart.module_id)
        await practice.question(learner, session.id)
        await practice.question(learner, session.id)
        await practice.answer(learner, session.id, Answer(item, "B", "1"))
        if name == "eve":
            break  # This one never ends the session.
        await practice.end(learner, session.id)
    async with heart.house.database.tx(heart.teacher) as tx:
        jobs = [each for each in await list_jobs(tx) if each.task == MEASURE]
        rows = await (
            await tx.connection.execute(
                "SELECT shown_count FROM learning.items WHERE artifact_id = %s", (item,)
            )
        ).fetchall()
    # Four sessions ended, one job waits for both, and not for now.
    assert [each.status for each in jobs] == ["todo"]
    assert jobs[0].scheduled_at is not None and jobs[0].scheduled_at > utc_now()
    # Looking twice is one showing, and no measurement was needed to know it.
    assert rows[0]["shown_count"] == 5
    async with heart.house.database.tx(heart.teacher) as tx:
        assert await cancel_job(tx, jobs[0].id)
    assert await ask_for_due(heart.house.database) == 1
    async with heart.house.database.tx(heart.teacher) as tx:
        [job] = [e for e in await list_jobs(tx, status="todo") if e.task == MEASURE]
    assert job.args["module_id"] == str(heart.module_id)
    await heart.house.learning.measure(heart.worker, heart.module_id)
    assert await ask_for_due(heart.house.database) == 0
    found = await heart.house.learning.dashboards.of_class(heart.teacher, heart.module_id)
    # Five learners, each with one card: all is there on the first day, less each day after.
    shares = [share for _, share in found.forgetting]
    assert len(shares) == 31 and shares[0] == 1.0
    assert all(later < sooner for sooner, later in pairwise(shares))


async def _enrol(heart: Class, number: int) -> uuid.UUID:
    subject = await learner_of(heart, f"learner{number}")
    assert subject.user_id is not None
    return subject.user_id


async def test_statements_wait_for_a_store(bank: tuple[Class, uuid.UUID]) -> None:
    heart, item = bank
    practice, records = heart.house.learning.practice, heart.house.learning.records
    session = await practice.start(heart.teacher, heart.module_id)
    await practice.question(heart.teacher, session.id)
    await practice.answer(heart.teacher, session.id, Answer(item, "B", "1", latency_ms=1500))
    began, waiting = await records.list_statements(heart.teacher, is_unsent=True)
    assert began.statement["verb"]["id"].endswith("initialized")
    assert waiting.statement["verb"]["id"].endswith("answered")
    assert waiting.statement["result"]["success"] is True
    assert waiting.statement["object"]["definition"]["name"]["en"].startswith("What sets the")
    with pytest.raises(EvigateError, match="No record store is set"):
        await records.send(heart.teacher)


async def test_a_job_tells_a_store_of_sessions_and_answers_in_order_and_once(
    bank: tuple[Class, uuid.UUID],
) -> None:
    heart, item = bank
    learner = await learner_of(heart)
    practice = PracticeService(heart.house.database, is_told=True)
    async with a_record_store() as (url, taken):
        for ends_early in (False, True):
            session = await practice.start(learner, heart.module_id)
            await practice.question(learner, session.id)
            if not ends_early:
                await practice.answer(learner, session.id, Answer(item, "B", "1"))
            await practice.end(learner, session.id, is_abandoned=ends_early)
        async with heart.house.database.tx(heart.teacher) as tx:
            jobs = [each for each in await list_jobs(tx) if each.task == SEND]
        assert [each.status for each in jobs] == ["todo"]
        records = RecordService(heart.house.database, RecordStore(url))
        assert await records.send(heart.worker) == 6
        assert await records.send(heart.worker) == 0
    verbs = [each["verb"]["id"].rpartition("/")[2] for each in taken]
    assert verbs == [
        "initialized", "answered", "completed", "terminated", "initialized", "terminated",
    ]  # fmt: skip
    assert taken[3]["result"] == {"completion": True, "score": {"scaled": 1.0}}
    assert taken[5]["result"] == {"completion": False}
    assert len({each["id"] for each in taken}) == 6
    assert len({each["context"]["registration"] for each in taken}) == 2


@asynccontextmanager
async def a_record_store() -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A server on loopback that takes statements and keeps them."""
    taken: list[dict[str, Any]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        taken.extend(json.loads(await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n[]")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", taken
    finally:
        server.close()


async def test_a_worker_does_not_practise(bank: tuple[Class, uuid.UUID]) -> None:
    heart, _ = bank
    with pytest.raises(EvigateError, match="Only a person practises"):
        await heart.house.learning.practice.start(
            replace(heart.worker, role="worker"), heart.module_id
        )
