"""Training: the queue's leases, what adapters and predictors do, and who may serve."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.integration.engine.test_engine import refused

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import ModelTask
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.models.adapters import ADAPTER
from evigate.engine.tables.files import write_file
from evigate.engine.train import store
from evigate.engine.train.attempt import Attempt
from evigate.engine.train.errors import E_JOB_LEASE, E_TRAIN_DATA
from evigate.engine.train.models import Job, JobKind, JobStatus, Submission
from evigate.engine.train.service import JobService
from evigate.engine.train.store import Claim
from evigate.engine.train.trainer import Trained, Trainer

FAST = "wordllama"
ANIMALS = [
    "gannet",
    "otter",
    "badger",
    "heron",
    "walrus",
    "lynx",
    "tortoise",
    "salmon",
    "beetle",
    "magpie",
    "zebra",
    "camel",
    "walnut",
    "anchor",
    "violin",
    "candle",
    "hammer",
    "pillow",
    "ladder",
    "bucket",
]
PLACES = [
    "Norway",
    "Peru",
    "Kenya",
    "Japan",
    "Poland",
    "Chile",
    "Egypt",
    "Canada",
    "Turkey",
    "Spain",
    "Nepal",
    "Ghana",
    "Austria",
    "Mexico",
    "Iran",
    "Cuba",
    "Latvia",
    "Oman",
    "Laos",
    "Fiji",
]
ASKED = ("facts on the {}", "who has seen a {}", "the {} in short")
TOLD = ("a visit to {}", "travels in {}", "the roads of {}")


class Rested:
    """Stands in for the worker of the process, so that tests decide when one works."""

    def start(self) -> None:
        """Begin nothing."""

    def close(self) -> None:
        """End nothing."""


@pytest.fixture(autouse=True)
def _by_hand(core: Core) -> None:
    vars(core)["trainer"] = Rested()


def pairs(shift: int = 0, hard: bool = False) -> pa.Table:
    """Return texts on a thing, each answered by texts on the place that it belongs to here."""
    rows = []
    for number, animal in enumerate(ANIMALS):
        place = PLACES[(number + shift) % len(PLACES)]
        wrong = PLACES[(number + shift + 7) % len(PLACES)]
        for asked, told in zip(ASKED[:2], TOLD[:2], strict=True):
            row = {"anchor": asked.format(animal), "positive": told.format(place)}
            rows.append(row | ({"negative": told.format(wrong)} if hard else {}))
    return pa.Table.from_pylist(rows)


def places() -> pa.Table:
    numbers = range(len(PLACES))
    return pa.table(
        {"id": [f"p{n:02d}" for n in numbers], "text": [TOLD[2].format(p) for p in PLACES]}
    )


def judgments() -> pa.Table:
    """Return questions in words that training has not seen, over the same things."""
    numbers = range(len(ANIMALS))
    return pa.table(
        {
            "n": list(numbers),
            "query_id": [f"q{n:02d}" for n in numbers],
            "query_text": [ASKED[2].format(animal) for animal in ANIMALS],
            "relevant_id": [f"p{n:02d}" for n in numbers],
        }
    )


def prepared(db: Engine) -> None:
    db.sources.add("places", places(), key="id")
    db.sources.add("truth", judgments(), key="n")
    db.sources.add("pairs", pairs())
    db.embed("places", columns=["text"], model=FAST)


QUICK: dict[str, Any] = {
    "base_model": FAST,
    "epochs": 5,
    "batch_size": 10,
    "learning_rate": 0.05,
    "validation": 0.0,
}


def submit(db: Engine, name: str = "m", **options: Any) -> Job:
    """Queue a job that trains nothing."""
    service = JobService(db.core.database, db.core.root)
    return service.submit(db.subject, Submission(JobKind.ADAPTER, name, {"n": 1}, **options))


def made(attempt: Attempt, content: bytes = b"weights") -> Trained:
    folder = attempt.folder / "model"
    fact = write_file(folder, "adapter", ".evg", lambda file: file.write(content))
    return Trained(
        folder, fact.name, ModelTask.TEXT_EMBEDDING, ADAPTER, 256, fact.sha256, f"{FAST}@1", {}, {}
    )


def worker(
    core: Core, work: Callable[[Core, Attempt], Trained] | None = None, **options: Any
) -> Trainer:
    """Return a worker with short times whose jobs do what is said."""
    kinds = None if work is None else dict.fromkeys(JobKind, work)
    times = {"lease_s": 30.0, "heartbeat_s": 10.0, "poll_s": 0.05, **options}
    return Trainer(core, kinds=kinds, **times)


def plain(core: Core, attempt: Attempt) -> Trained:
    return made(attempt)


def expire(core: Core, subject: Subject) -> None:
    """Let every lease of a tenant have run out."""
    with core.database.tx(subject) as tx:
        tx.connection.execute(
            "UPDATE engine.training_jobs SET lease_expires_at = clock_timestamp() - interval '1 s'"
            " WHERE status = 'running'"
        )


def claim(core: Core, name: str = "w") -> Claim | None:
    """Take a job as a worker would, without doing it."""
    with core.database.tx(Subject(None, "nobody", None)) as tx:
        found = store.claim(tx, name, 30.0)
    return None if found is None else Claim(found[1], name, 1)


# The queue ---------------------------------------------------------------------------------------


def test_the_oldest_job_of_the_highest_priority_is_first(db: Engine, core: Core) -> None:
    jobs = [submit(db, f"m{n}", priority=p) for n, p in enumerate((0, 5, 0, 5))]
    order = [jobs[n].id for n in (1, 3, 0, 2)]
    done = [worker(core, plain).run_once() for _ in range(4)]
    assert [job.id for job in done if job] == order
    assert worker(core, plain).run_once() is None


def test_the_queue_is_read_by_its_index(db: Engine, core: Core) -> None:
    """As the worker reads it: of every tenant, and without the jobs that have ended."""
    with core.database.maintenance("test") as tx:
        tx.connection.execute("SET LOCAL enable_seqscan = off")
        rows = tx.connection.execute(
            "EXPLAIN SELECT j.tenant_id, j.id FROM engine.training_jobs j"
            " WHERE j.status = 'queued' AND j.is_claimable"
            " ORDER BY j.priority DESC, j.created_at, j.id LIMIT 1 FOR UPDATE SKIP LOCKED"
        ).fetchall()
    plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    assert "training_jobs_queue_idx" in plan, plan
    assert "Sort" not in plan, plan


def test_a_held_job_is_passed_over_until_it_is_released(db: Engine, core: Core) -> None:
    first, second = submit(db, "a", priority=9), submit(db, "b")
    assert not db.jobs.hold(str(first.id)).is_claimable
    done = worker(core, plain).run_once()
    assert done is not None
    assert done.id == second.id
    assert worker(core, plain).run_once() is None
    db.jobs.release(str(first.id))
    done = worker(core, plain).run_once()
    assert done is not None
    assert done.id == first.id
    refused("E_JOB_STATE", db.jobs.hold, str(first.id))


def test_many_workers_take_each_job_once(db: Engine, core: Core) -> None:
    jobs = {submit(db, f"m{n}").id for n in range(12)}
    taken: list[Any] = []

    def work() -> None:
        while (job := worker(core, plain).run_once()) is not None:
            taken.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 12
    assert set(taken) == jobs
    assert len(db.core.catalog(db.subject).models) == 12


def test_a_heartbeat_renews_for_the_holder_alone(db: Engine, core: Core) -> None:
    job = submit(db)
    held = claim(core)
    assert held is not None
    before = db.jobs.get(str(job.id)).lease_expires_at
    with core.database.tx(db.subject) as tx:
        assert not store.renew(tx, Claim(job.id, "thief", 1), 99.0).is_held
        assert db.jobs.get(str(job.id)).lease_expires_at == before
        assert store.renew(tx, held, 99.0).is_held
    after = db.jobs.get(str(job.id)).lease_expires_at
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() > 60


def test_reclaim_leaves_living_leases_and_requeues_dead_ones_in_their_place(
    db: Engine, core: Core
) -> None:
    lost = submit(db, "lost", priority=7)
    claim(core)
    alive = submit(db, "alive", priority=3)
    with core.database.tx(Subject(None, "nobody", None)) as tx:
        assert store.reclaim(tx) == 0
    expire(core, db.subject)
    assert claim(core, "other") is not None
    with core.database.tx(Subject(None, "nobody", None)) as tx:
        assert store.reclaim(tx) == 1
    found = db.jobs.get(str(lost.id))
    assert (found.status, found.priority, found.attempts) == (JobStatus.QUEUED, 7, 1)
    assert found.claimed_by is None
    assert db.jobs.get(str(alive.id)).status is JobStatus.RUNNING
    submit(db, "later", priority=5)
    done = worker(core, plain).run_once()
    assert done is not None
    assert done.id == lost.id


def test_a_job_whose_workers_die_three_times_has_failed(db: Engine, core: Core) -> None:
    job = submit(db)
    for _ in range(3):
        assert db.jobs.get(str(job.id)).status is JobStatus.QUEUED
        claim(core)
        expire(core, db.subject)
        with core.database.tx(Subject(None, "nobody", None)) as tx:
            store.reclaim(tx)
    found = db.jobs.get(str(job.id))
    assert (found.status, found.attempts) == (JobStatus.FAILED, 3)
    assert found.error is not None
    assert found.error["code"] == "E_JOB_ATTEMPTS"
    assert claim(core) is None
    assert db.jobs.retry(str(job.id)).attempts == 0
    done = worker(core, plain).run_once()
    assert done is not None
    assert done.status is JobStatus.COMPLETED


def test_ending_a_job_is_for_its_holder_while_it_runs(db: Engine, core: Core) -> None:
    job = submit(db)
    held = claim(core)
    assert held is not None
    others = [Claim(job.id, "thief", 1), Claim(job.id, "w", 2)]
    with core.database.tx(db.subject) as tx:
        for other in others:
            assert not store.finish(tx, other, JobStatus.COMPLETED)
            assert not store.finish(tx, other, JobStatus.FAILED, error={"code": "E", "message": ""})
            assert not store.release(tx, other, is_given_back=False)
            assert not store.report(tx, other, "x", 1, 2)
        assert store.finish(tx, held, JobStatus.COMPLETED, result={})
        assert not store.finish(tx, held, JobStatus.FAILED, error={"code": "E", "message": ""})
    assert db.jobs.get(str(job.id)).status is JobStatus.COMPLETED


def test_a_late_loser_changes_nothing_and_leaves_no_file(db: Engine, core: Core) -> None:
    job = submit(db)

    def slow(core: Core, attempt: Attempt) -> Trained:
        mine = made(attempt, b"the loser's")
        expire(core, attempt.subject)
        winner = worker(core, lambda core, other: made(other, b"the winner's")).run_once()
        assert winner is not None
        assert winner.status is JobStatus.COMPLETED
        folder.append(attempt)
        return mine

    folder: list[Attempt] = []
    after = worker(core, slow).run_once()
    assert after is not None
    assert (after.status, after.attempts) == (JobStatus.COMPLETED, 2)
    models = core.catalog(db.subject).models
    assert list(models) == ["m@1"]
    tenant = core.root / str(db.subject.tenant_id)
    files = list((tenant / "models").rglob("*.evg"))
    assert [path.read_bytes() for path in files] == [b"the winner's"]
    assert str(files[0].relative_to(tenant)) == models["m@1"].location
    assert not folder[0].folder.exists()
    assert db.jobs.get(str(job.id)).result == {"model": "m@1", "digest": models["m@1"].digest}


def test_work_ends_soon_when_its_lease_is_lost(db: Engine, core: Core) -> None:
    submit(db)
    steps: list[int] = []

    def endless(core: Core, attempt: Attempt) -> Trained:
        expire(core, attempt.subject)
        with core.database.tx(Subject(None, "nobody", None)) as tx:
            store.reclaim(tx)
        end_s = monotonic_s() + 10
        while monotonic_s() < end_s:
            steps.append(1)
            threading.Event().wait(0.01)
            attempt.check()
        raise AssertionError("it never heard of it")

    found = worker(core, endless, lease_s=0.5, heartbeat_s=0.05).run_once()
    assert found is not None
    assert found.status is JobStatus.QUEUED
    assert steps


def test_a_running_job_hears_that_it_was_cancelled(db: Engine, core: Core) -> None:
    job = submit(db)

    def endless(core: Core, attempt: Attempt) -> Trained:
        db.jobs.cancel(str(job.id))
        end_s = monotonic_s() + 10
        while monotonic_s() < end_s:
            attempt.progress("train", 1, 2)
        raise AssertionError("it never heard of it")

    found = worker(core, endless, lease_s=0.5, heartbeat_s=0.05).run_once()
    assert found is not None
    assert found.status is JobStatus.CANCELLED
    assert core.catalog(db.subject).models == {}


def test_a_queued_job_is_cancelled_at_once_and_can_be_retried(db: Engine, core: Core) -> None:
    job = submit(db)
    assert db.jobs.cancel(str(job.id)).status is JobStatus.CANCELLED
    assert worker(core, plain).run_once() is None
    assert db.jobs.cancel(str(job.id)).status is JobStatus.CANCELLED
    assert db.jobs.retry(str(job.id)).status is JobStatus.QUEUED
    done = worker(core, plain).run_once()
    assert done is not None
    assert done.status is JobStatus.COMPLETED
    refused("E_JOB_STATE", db.jobs.retry, str(job.id))


def test_a_worker_that_is_closed_gives_the_job_back(db: Engine, core: Core) -> None:
    job = submit(db)
    stop = threading.Event()

    def until_stopped(core: Core, attempt: Attempt) -> Trained:
        stop.set()
        attempt.check()
        raise AssertionError("it went on")

    worker(core, until_stopped).run_once(is_stopping=stop.is_set)
    found = db.jobs.get(str(job.id))
    assert (found.status, found.attempts) == (JobStatus.QUEUED, 0)


def test_a_failure_that_may_pass_is_tried_again_and_a_refusal_is_not(
    db: Engine, core: Core
) -> None:
    broken, wrong = submit(db, "broken"), submit(db, "wrong")

    def work(core: Core, attempt: Attempt) -> Trained:
        if attempt.job.output_name == "broken":
            raise RuntimeError("a secret of the library")
        raise EvigateError(E_TRAIN_DATA, "The rows are wrong.")

    for _ in range(4):
        worker(core, work).run_once()
    found = db.jobs.get(str(broken.id))
    assert (found.status, found.attempts) == (JobStatus.FAILED, 3)
    assert found.error == {"code": "E_UNEXPECTED", "message": "RuntimeError"}
    found = db.jobs.get(str(wrong.id))
    assert (found.status, found.attempts) == (JobStatus.FAILED, 1)
    assert found.error == {"code": "E_TRAIN_DATA", "message": "The rows are wrong."}


def test_one_key_is_one_job_and_another_tenants_key_is_another(db: Engine, other: Engine) -> None:
    first = submit(db, idempotency_key="k")
    assert submit(db, idempotency_key="k").id == first.id
    refused("E_JOB_IDEMPOTENCY", submit, db, "n", idempotency_key="k")
    assert submit(other, idempotency_key="k").id != first.id
    assert submit(db).model == "m@2"
    for key in ("", "x" * 201):
        refused("E_JOB_OPTION", submit, db, idempotency_key=key)
    for name in ("", "-a", "minilm", "a b", "x" * 201):
        refused("E_TRAIN_NAME", submit, db, name)


def test_one_key_from_many_threads_is_one_job(db: Engine) -> None:
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(submit(db, idempotency_key="k").id))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1


def test_a_queue_of_two_tenants_is_worked_within_each_ones_walls(
    db: Engine, other: Engine, core: Core
) -> None:
    own, theirs = submit(db, "same"), submit(other, "same")
    assert [job.id for job in db.jobs.list()] == [own.id]
    assert [job.id for job in other.jobs.list()] == [theirs.id]
    for verb in (other.jobs.get, other.jobs.cancel, other.jobs.retry, other.jobs.hold):
        refused("E_JOB_MISSING", verb, str(own.id))
    seen = []

    def work(core: Core, attempt: Attempt) -> Trained:
        seen.append(attempt.subject.tenant_id)
        return made(attempt, str(attempt.subject.tenant_id).encode())

    for _ in range(2):
        worker(core, work).run_once()
    assert seen == [db.subject.tenant_id, other.subject.tenant_id]
    for engine in (db, other):
        (model,) = core.catalog(engine.subject).models.values()
        place = core.root / str(engine.subject.tenant_id) / (model.location or "")
        assert place.read_bytes() == str(engine.subject.tenant_id).encode()


def test_times_that_do_not_fit_are_refused(core: Core) -> None:
    for times in ({"lease_s": 20.0}, {"heartbeat_s": 0.0}, {"poll_s": 0.0}):
        refused("E_JOB_OPTION", worker, core, **times)


def test_jobs_are_listed_in_pages_and_by_status(db: Engine, core: Core) -> None:
    jobs = [submit(db, f"m{n}") for n in range(5)]
    worker(core, plain).run_once()
    newest = [job.id for job in reversed(jobs)]
    assert [job.id for job in db.jobs.list(limit=2)] == newest[:2]
    assert [job.id for job in db.jobs.list(before=str(newest[1]), limit=2)] == newest[2:4]
    assert [job.id for job in db.jobs.list(status="completed")] == [jobs[0].id]
    refused("E_JOB_OPTION", db.jobs.list, status="asleep")
    refused("E_JOB_OPTION", db.jobs.list, limit=0)
    refused("E_JOB_MISSING", db.jobs.list, before="5b2d8a0e-0000-4000-8000-000000000000")
    refused("E_JOB_MISSING", db.jobs.get, "no id")


def test_pruning_forgets_old_jobs_and_strays_but_no_candidates_eval(db: Engine, core: Core) -> None:
    kept, gone = submit(db, "kept"), submit(db, "gone")
    worker(core, plain).run_once()
    db.jobs.cancel(str(gone.id))
    tenant = core.root / str(db.subject.tenant_id)
    stray = tenant / "models" / "stray"
    stray.mkdir()
    service = JobService(core.database, core.root)
    assert service.prune(db.subject, age_s=0).folders == ()
    found = service.prune(db.subject, age_s=0, grace_s=0)
    assert found.folders == ("models/stray",)
    assert [job.id for job in db.jobs.list()] == [kept.id]
    assert (tenant / (core.catalog(db.subject).models["kept@1"].location or "")).is_file()


# The worker of a process -------------------------------------------------------------------------


def test_a_process_trains_by_itself_and_tells_who_waits(db: Engine, core: Core) -> None:
    prepared(db)
    core.__dict__["trainer"] = Trainer(core, poll_s=0.05)
    job = db.train.adapter("pairs", name="tuned", **QUICK)
    told: list[tuple[int, int | None]] = []
    done = db.jobs.wait(str(job.id), timeout_s=60, on_progress=lambda *step: told.append(step))
    assert (done.status, done.model, done.phase) == (JobStatus.COMPLETED, "tuned@1", "ended")
    assert told
    held = db.train.adapter("pairs", name="slow", **{**QUICK, "epochs": 10_000, "patience": 10_000})
    refused("E_JOB_TIMEOUT", db.jobs.wait, str(held.id), timeout_s=0.2)
    core.trainer.close()
    assert db.jobs.get(str(held.id)).status is JobStatus.QUEUED


# Adapters ----------------------------------------------------------------------------------------


def trained(db: Engine, relation: str = "pairs", **options: Any) -> Job:
    """Train an adapter here and now."""
    job = db.train.adapter(relation, **{"name": "tuned", **QUICK, **options})
    worker(db.core).run_once()
    found = db.jobs.get(str(job.id))
    assert found.status is JobStatus.COMPLETED, found.error
    return found


def test_an_adapter_is_served_once_it_was_better_than_its_base(db: Engine, core: Core) -> None:
    prepared(db)
    job = trained(db)
    assert job.result is not None
    assert job.result["losses"][-1][0] < job.result["losses"][0][0]
    assert db.models.describe("tuned")["status"] == "candidate"
    refused("E_MODEL_CANDIDATE", db.embed, "places", columns=["text"], model="tuned", name="t")
    refused("E_MODEL_CANDIDATE", db.models.encode, "tuned", "x")
    refused("E_MODEL_CANDIDATE", db.infer, "tuned", "places", columns=["text"])
    refused("E_MODEL_CANDIDATE", db.train.adapter, "pairs", name="y", base_model="tuned")
    refused("E_TRAIN_EVAL", db.train.promote, "tuned")
    refused("E_TRAIN_EVAL", db.train.promote, "tuned", force=True, reason="I like it")
    found = db.train.evaluate("tuned", "places", "truth", k=5)
    deciding = found.comparisons[0]
    assert (found.base, deciding.measure, deciding.count) == ("wordllama@1", "ndcg", 20)
    assert deciding.is_better
    assert deciding.value > deciding.baseline + 0.3
    runs = [db.evals.get(run) for run in found.runs]
    assert [run.model for run in runs] == ["wordllama@1", "tuned@1"]
    assert db.evals.compare(found.runs)[1].deltas[0].metric in ("recall", "precision")
    done = db.train.promote("tuned")
    assert (done.model, done.is_forced) == ("tuned@1", False)
    assert done.decided_by == deciding
    refused("E_TRAIN_MODEL", db.train.promote, "tuned")
    made_table = db.embed("places", columns=["text"], model="tuned", name="tuned_places")
    assert made_table.row_count == len(PLACES)
    run = db.evals.retrieval("places", "truth", k=5, mode="vector", table="tuned_places")
    assert run.metrics is not None
    assert run.metrics["ndcg"] == pytest.approx(deciding.value, abs=1e-6)
    refused("E_MODEL_REFERENCED", db.models.remove, "tuned")
    result = db.jobs.get(str(job.id)).result
    assert result is not None
    assert result["promotion"]["by"] == db.subject.actor


def test_a_worse_model_needs_force_and_a_reason_that_is_kept(db: Engine) -> None:
    prepared(db)
    trained(db)
    db.train.evaluate("tuned", "places", "truth")
    db.train.promote("tuned")
    db.sources.add("wrong", pairs(shift=5))
    job = trained(db, "wrong", base_model="tuned", name="worse",
                  evaluation={"source": "places", "judgments": "truth", "columns": ["text"]})  # fmt: skip
    assert job.result is not None
    assert job.result["evaluation"]["comparisons"][0]["upper"] < 0
    error = refused("E_TRAIN_WORSE", db.train.promote, "worse")
    assert "tuned@1" in error.message
    refused("E_TRAIN_WORSE", db.train.promote, "worse", force=True)
    refused("E_TRAIN_WORSE", db.train.promote, "worse", force=True, reason="  ")
    assert db.train.promote("worse", force=True, reason="to see it fail").is_forced
    result = db.jobs.get(str(job.id)).result
    assert result is not None
    assert result["promotion"]["reason"] == "to see it fail"
    assert len(db.models.encode("worse", "an adapter behind an adapter")) == 256


def test_a_name_means_its_newest_promoted_version(db: Engine, core: Core) -> None:
    prepared(db)
    trained(db)
    db.train.evaluate("tuned", "places", "truth")
    db.train.promote("tuned")
    assert trained(db, seed=7).model == "tuned@2"
    assert core.model(db.subject, "tuned").version == 1
    refused("E_MODEL_CANDIDATE", core.model, db.subject, "tuned@2")
    assert db.models.describe("tuned@2")["status"] == "candidate"


def test_the_same_job_gives_the_same_bytes(db: Engine, core: Core) -> None:
    prepared(db)
    one, two = trained(db), trained(db)
    assert one.result is not None
    assert two.result is not None
    assert one.result["digest"] == two.result["digest"]
    assert trained(db, hidden=8, loss="mnrl").result is not None


def test_work_goes_on_from_the_last_checkpoint_of_a_lost_worker(
    db: Engine, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evigate.engine.train import adapting

    prepared(db)
    whole = trained(db)
    job = db.train.adapter("pairs", name="tuned", **QUICK)
    epochs: list[int] = []
    usual = adapting.train_epoch

    def counted(learner: Any, state: Any, *rest: Any, **options: Any) -> Any:
        if state.epoch == 3 and len(epochs) == 3:
            raise EvigateError(E_JOB_LEASE, "as if the process had died")
        epochs.append(state.epoch)
        return usual(learner, state, *rest, **options)

    monkeypatch.setattr(adapting, "train_epoch", counted)
    worker(core).run_once()
    expire(core, db.subject)
    epochs.append(-1)
    worker(core).run_once()
    done = db.jobs.get(str(job.id))
    assert (done.status, done.attempts) == (JobStatus.COMPLETED, 2)
    assert epochs[:5] == [0, 1, 2, -1, 3]
    assert done.result is not None
    assert whole.result is not None
    assert done.result["digest"] == whole.result["digest"]


def test_triplets_scores_labels_and_keys_are_learnt_from(db: Engine, core: Core) -> None:
    prepared(db)
    db.sources.add("hard", pairs(hard=True))
    assert trained(db, "hard", loss="triplet", name="triplet").result is not None
    hard = trained(db, "hard", name="hard")
    assert hard.spec["columns"]["negative"] == "negative"
    rows = pairs().to_pylist()
    scored = [row | {"score": 1.0} for row in rows]
    scored += [
        {"anchor": rows[n]["anchor"], "positive": rows[n - 9]["positive"], "score": 0.0}
        for n in range(len(rows))
    ]
    db.sources.add("scored", pa.Table.from_pylist(scored))
    found = trained(db, "scored", name="scored", batch_size=80, learning_rate=0.01, epochs=20)
    assert found.spec["settings"]["loss"] == "cosent"
    labelled = [{"body": row[side], "topic": n // 2} for n, row in enumerate(rows)
                for side in ("anchor", "positive")]  # fmt: skip
    db.sources.add("labelled", pa.Table.from_pylist(labelled))
    found = trained(db, "labelled", columns={"text": "body", "label": "topic"}, name="labelled")
    assert found.result is not None
    assert found.result["learnt_count"] == 80
    keys = pa.table({"anchor": ["p00", "p01", "gone"], "positive": ["p05", "p06", "p07"]})
    db.sources.add("keyed", keys)
    found = trained(db, "keyed", table="places_vectors", name="keyed", base_model="")
    assert found.result is not None
    assert found.result["learnt_count"] == 2
    for name in ("triplet", "hard", "scored", "labelled"):
        value = db.train.evaluate(name, "places", "truth", k=5).comparisons[0]
        assert value.delta > 0.2, (name, value)


def test_a_damaged_or_foreign_adapter_is_refused(db: Engine, core: Core) -> None:
    prepared(db)
    trained(db)
    db.train.evaluate("tuned", "places", "truth")
    db.train.promote("tuned")
    model = core.model(db.subject, "tuned")
    core.models.unload(model)
    path = Path(model.location or "")
    data = path.read_bytes()
    path.write_bytes(data[:-4] + b"oops")
    refused("E_MODEL_CORRUPT", db.models.encode, "tuned", "x")
    path.unlink()
    refused("E_MODEL_CORRUPT", db.models.encode, "tuned", "x")


def test_what_cannot_be_trained_is_refused_when_it_is_submitted(db: Engine) -> None:
    prepared(db)
    adapter = db.train.adapter
    refused("E_TRAIN_COLUMNS", adapter, "pairs", name="x", columns={"anchor": "nope"}, **QUICK)
    refused("E_TRAIN_COLUMNS", adapter, "places", name="x", **QUICK)
    refused("E_TRAIN_COLUMNS", adapter, "pairs", name="x", columns={"score": "anchor"}, **QUICK)
    refused("E_MODEL_MISSING", adapter, "pairs", name="x", base_model="nope")
    refused("E_TABLE_MISSING", adapter, "pairs", name="x", table="nope")
    refused(
        "E_TRAIN_OPTION", adapter, "pairs", name="x", table="places_vectors", base_model="minilm"
    )
    refused("E_TRAIN_OPTION", adapter, "pairs", name="x", columns={"text": "anchor"}, **QUICK)
    refused("E_TRAIN_OPTION", adapter, "pairs", name="x", loss="magic", **QUICK)
    refused("E_TRAIN_OPTION", adapter, "pairs", name="x", loss="triplet", **QUICK)
    refused("E_TRAIN_OPTION", adapter, "pairs", name="x", loss="cosent", **QUICK)
    for name, value in (("epochs", 0), ("learning_rate", -1.0), ("batch_size", 1), ("seed", -1),
                        ("validation", 0.9)):  # fmt: skip
        refused("E_TRAIN_OPTION", adapter, "pairs", name="x", **{**QUICK, name: value})
    nan = {**QUICK, "learning_rate": float("nan")}
    refused("E_INVALID", adapter, "pairs", name="x", **nan)
    refused("E_TRAIN_OPTION", adapter, "pairs", name="x", evaluation={"source": "places"}, **QUICK)
    asked = {"source": "places", "judgments": "truth"}
    refused("E_TRAIN_OPTION", adapter, "pairs", name="x", evaluation={**asked, "k": 0}, **QUICK)
    refused("E_TRAIN_NAME", adapter, "pairs", name="minilm", **QUICK)
    refused(
        "E_SOURCE_MISSING",
        adapter,
        "pairs",
        name="x",
        evaluation={**asked, "source": "nope"},
        **QUICK,
    )
    assert db.jobs.list() == []


def test_a_training_that_diverges_has_failed_at_once(db: Engine, core: Core) -> None:
    prepared(db)
    job = db.train.adapter(
        "pairs", name="x", **{**QUICK, "temperature": 1e-4, "learning_rate": 1e-9}
    )
    worker(core).run_once()
    found = db.jobs.get(str(job.id))
    assert (found.status, found.attempts) == (JobStatus.FAILED, 1)
    assert found.error is not None
    assert found.error["code"] == "E_TRAIN_DIVERGED"
    assert core.catalog(db.subject).models == {}


def test_a_failed_eval_loses_no_training(db: Engine, core: Core) -> None:
    prepared(db)
    job = db.train.adapter(
        "pairs", name="x", evaluation={"source": "places", "judgments": "truth"}, **QUICK
    )
    db.sources.remove("truth")
    worker(core).run_once()
    found = db.jobs.get(str(job.id))
    assert found.status is JobStatus.COMPLETED
    assert found.result is not None
    assert "evaluation" not in found.result
    assert found.result["evaluation_error"]["code"].startswith("E_")
    refused("E_TRAIN_EVAL", db.train.promote, "x")


def test_finetuning_says_what_to_install(db: Engine) -> None:
    prepared(db)
    error = refused("E_TRAIN_EXTRA", db.train.finetune, "pairs", name="x", base_model=FAST)
    assert "evigate[torch]" in error.message
    assert db.jobs.list() == []


# Graphs ------------------------------------------------------------------------------------------


def test_pairs_of_a_graph_are_a_table_with_its_inputs(db: Engine, core: Core) -> None:
    prepared(db)
    ring = [(f"p{n:02d}", f"p{(n + 1) % 20:02d}") for n in range(20)]
    db.sources.add("ring", pa.table({"src": [a for a, _ in ring], "dst": [b for _, b in ring]}))
    done = db.train.graph_pairs("ring", name="walks", source="places", exclude_hops=2)
    table = db.tables.describe("walks")
    assert table.kind == "training_set"
    assert db.tables.verify("walks").verdict.value == "match"
    rows = db.tables.read("walks").to_pylist()
    assert len(rows) == done.row_count >= 40
    for row in rows:
        here, there, away = (int(row[name][1:]) for name in ("anchor", "positive", "negative"))
        assert 1 <= min((here - there) % 20, (there - here) % 20) <= 4
        assert min((here - away) % 20, (away - here) % 20) > 2
    assert (
        db.train.graph_pairs("ring", name="walks", source="places", exclude_hops=2).cache == "hit"
    )
    again = db.tables.recompute("walks")
    assert again[0].cache == "hit"
    refused("E_TABLE_EXISTS", db.train.graph_pairs, "ring", name="walks", walks=3)
    found = trained(db, "walks", table="places_vectors", base_model="", name="near")
    assert found.result is not None
    assert found.result["learnt_count"] >= 40
    for wrong in ({"length": 0}, {"p": 0.0}, {"direction": "up"}, {"columns": ["src", "nope"]}):
        with pytest.raises(EvigateError) as refusal:
            db.train.graph_pairs("ring", name="other", **wrong)
        assert refusal.value.code.name in ("E_TRAIN_OPTION", "E_TRAIN_COLUMNS")


# Predictors --------------------------------------------------------------------------------------


def measured(db: Engine, count: int = 600, noise: float = 0.3) -> pa.Table:
    """Register rows whose value is smooth in vectors of our own; the last hundred have none."""
    draw = np.random.default_rng(11)
    vectors = draw.standard_normal((count, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    truth = 2 * vectors[:, 0] - vectors[:, 1] + noise * draw.standard_normal(count)
    keys = [f"r{n:04d}" for n in range(count)]
    given = [None if n >= count - 100 else float(each) for n, each in enumerate(truth)]
    db.sources.add("rows", pa.table({"id": keys, "price": given, "word": keys}), key="id")
    flat = pa.array(vectors.reshape(-1))
    db.tables.import_vectors(
        "rows_vectors",
        pa.table({"id": keys, "vector": pa.FixedSizeListArray.from_arrays(flat, 6)}),
        key="id",
        vector="vector",
        source="rows",
    )
    return pa.table({"key": keys, "truth": truth})


def test_a_predictor_is_judged_promoted_and_keeps_its_promise(db: Engine, core: Core) -> None:
    truth = measured(db)
    job = db.train.predictor("rows", "price", name="prices", k=24)
    done = worker(core).run_once()
    assert done is not None
    assert done.status is JobStatus.COMPLETED, done.error
    assert done.result is not None
    assert done.result["without_value_count"] == 100
    deciding = done.result["evaluation"]["comparisons"][0]
    assert deciding["measure"] == "crps"
    assert deciding["upper"] < 0
    refused("E_MODEL_CANDIDATE", db.train.predict, "prices", "rows")
    assert db.train.promote("prices").decided_by.is_better
    unseen = truth.slice(500)
    found = db.train.predict("prices", "rows", keys=unseen["key"].to_pylist())
    assert found["key"].to_pylist() == unseen["key"].to_pylist()
    actual = unseen["truth"].to_numpy()
    mean, std = (found[name].to_numpy() for name in ("predicted_mean", "predicted_std"))
    assert np.sqrt(np.mean((mean - actual) ** 2)) < 0.6 * actual.std()
    assert 0.2 < std.mean() < 0.6
    covered = ((found["q05"].to_numpy() <= actual) & (actual <= found["q95"].to_numpy())).mean()
    assert 0.78 <= covered <= 1.0
    every = db.train.predict("prices", "rows", levels=[0.5])
    assert every.num_rows == 600
    assert every.column_names == ["key", "predicted_mean", "predicted_std", "q50"]
    gone = db.train.predict("prices", "rows", keys=["r0001", "nobody"])
    assert gone["predicted_mean"].to_pylist()[1] is None
    assert gone["predicted_mean"][0].as_py() == pytest.approx(every["predicted_mean"][1].as_py())
    refused("E_TRAIN_OPTION", db.train.predict, "prices", "rows", levels=[0.9, 0.1])
    refused("E_MODEL_TASK", db.models.preload, "prices")
    refused("E_TRAIN_MODEL", db.train.predict, FAST, "rows")
    refused("E_TRAIN_MODEL", db.train.evaluate, "prices", "rows", "rows")
    assert db.jobs.get(str(job.id)).model == "prices@1"


def test_values_that_cannot_be_predicted_are_refused(db: Engine, core: Core) -> None:
    measured(db, 120)
    predictor = db.train.predictor
    refused("E_TRAIN_COLUMNS", predictor, "rows", "nope", name="x")
    refused("E_TRAIN_COLUMNS", predictor, "rows", "word", name="x")
    refused("E_TRAIN_OPTION", predictor, "rows", "price", name="x", k=0)
    refused("E_SOURCE_MISSING", predictor, "nope", "price", name="x")
    db.sources.add("bare", places(), key="id")
    refused("E_TRAIN_COLUMNS", predictor, "bare", "price", name="x")
    predictor("rows", "price", name="few")
    done = worker(core).run_once()
    assert done is not None
    assert done.error is not None
    assert done.error["code"] == "E_TRAIN_DATA"


# Two tenants -------------------------------------------------------------------------------------


def test_what_one_tenant_trains_is_nothing_to_another(db: Engine, other: Engine) -> None:
    prepared(db)
    trained(db)
    for call in (
        lambda: other.train.promote("tuned"),
        lambda: other.train.evaluate("tuned", "places", "truth"),
        lambda: other.train.predict("tuned", "places"),
        lambda: other.models.describe("tuned"),
    ):
        refused("E_MODEL_MISSING", call)
    with pytest.raises(EvigateError):
        other.train.adapter("pairs", name="x", **QUICK)
    assert other.jobs.list() == []
    assert other.jobs.prune(age_s=0).jobs == ()
    assert len(db.jobs.list()) == 1
