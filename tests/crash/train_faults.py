"""Train, and die by SIGKILL at the n-th step, for every n until it gets through.

Called by `test_train_faults.py` as a program. Steps are those of `faults.py`: syncs, renames and
removals of files, statements and commits. After each death another process takes the job up.
"""

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
from tests.crash.faults import Steps, apart, opened

from evigate.base.canonical import sha256_hex
from evigate.engine.engine import Engine
from evigate.engine.train import adapting, finetune, predicting, promoting  # noqa: F401
from evigate.engine.train.models import JobStatus
from evigate.engine.train.service import JobService
from evigate.engine.train.trainer import Trainer

STEPS_MAX = 400
LEASE_S = 1.0
KINDS = ("adapter", "predictor")


def prepare(folder: str) -> str:
    """Register what is learnt from."""
    with opened(folder) as db:
        words = [f"thing {n}" for n in range(40)]
        rows = {"anchor": words, "positive": [f"place {n}" for n in range(40)]}
        db.sources.add("pairs", pa.table(rows))
        keys = [f"p{n:02d}" for n in range(40)]
        values = [float(n % 7) + n / 40 for n in range(40)]
        places = {"id": keys, "text": rows["positive"], "price": values}
        db.sources.add("places", pa.table(places), key="id")
        truth = {
            "n": list(range(40)),
            "query_id": keys,
            "query_text": words,
            "relevant_id": keys,
        }
        db.sources.add("truth", pa.table(truth), key="n")
        db.embed("places", columns=["text"], model="wordllama")
    return ""


class Rested:
    """No worker of the process: the program decides who works."""

    def start(self) -> None:
        """Begin nothing."""

    def close(self) -> None:
        """End nothing."""


def submit(db: Engine, kind: str, name: str) -> str:
    vars(db.core)["trainer"] = Rested()
    if kind == "predictor":
        return str(db.train.predictor("places", "price", name=name, k=4).id)
    job = db.train.adapter(
        "pairs", name=name, base_model="wordllama", epochs=3, batch_size=16, seed=5,
        learning_rate=0.01, evaluation={"source": "places", "judgments": "truth"},
    )  # fmt: skip
    return str(job.id)


def attempted(folder: str, kind: str, name: str, fatal: int) -> str:
    """Work on a job, and die at a step."""
    with opened(folder) as db:
        submit(db, kind, name)
        db.models.encode("wordllama", "loaded before the steps are counted")
        Steps(fatal).install()
        Trainer(db.core, lease_s=LEASE_S, heartbeat_s=LEASE_S * 0.45).run_once()
        Steps(0).install()
        os._exit(0)


def looked(folder: str, kind: str, name: str) -> str:
    """Take the job up after a death, and return the digest of the one model there is."""
    with opened(folder) as db:
        vars(db.core)["trainer"] = Rested()
        job = db.jobs.list(limit=1)[0]
        assert job.model == f"{name}@1"
        state = "new" if job.status is JobStatus.COMPLETED else "old"
        own = [each for each in db.models.list() if each["name"] == name]
        assert len(own) == (1 if state == "new" else 0), own
        trainer = Trainer(db.core, lease_s=LEASE_S, heartbeat_s=LEASE_S * 0.45, poll_s=0.05)
        end = 100
        while (job := db.jobs.get(str(job.id))).status is not JobStatus.COMPLETED:
            assert job.status in (JobStatus.RUNNING, JobStatus.QUEUED), job
            if trainer.run_once() is None:
                trainer._wake.wait(0.05)
            end -= 1
            assert end, "nobody took it up"
        return json.dumps([state, whole(db, folder, kind, name, job), job.attempts])


def whole(db: Engine, folder: str, kind: str, name: str, job: Any) -> str:
    """Check that there is one model with its file, and nothing else once pruned."""
    model = db.core.model(db.subject, name, is_served=False)
    own = [each for each in db.core.catalog(db.subject).models.values() if each.name == name]
    assert [each.id for each in own] == [model.id]
    data = Path(model.location or "").read_bytes()
    assert sha256_hex(data) == model.digest == job.result["digest"]
    JobService(db.core.database, db.core.root).prune(db.subject, age_s=1e9, grace_s=0)
    tenant = db.core.root / str(db.subject.tenant_id)
    folders = {each.name for each in (tenant / "models").iterdir()}
    named = {
        Path(each.location or "").parts[1]
        for each in db.core.catalog(db.subject).models.values()
        if each.options.get("is_trained")
    }
    assert folders == named, (folders, named)
    assert list((tenant / "training").glob("*")) == []
    runs = [run for run in db.evals.list() if run.model == model.id]
    assert len(runs) == (1 if kind == "adapter" else 0), runs
    db.train.promote(name, force=True, reason="a test")
    if kind == "adapter":
        assert len(db.models.encode(name, "thing 3")) == 256
    else:
        assert db.train.predict(name, "places").num_rows == 40
    return model.digest


def walk(kind: str, folder: str, stride: int) -> dict[str, Any]:
    """Die at each step; return how many there were, what was found and the digests."""
    apart(lambda: prepare(folder))
    found, digests, attempts = [], set(), []
    for fatal in range(1, STEPS_MAX, stride):
        name = f"{kind}{fatal}"
        status = apart(partial(attempted, folder, kind, name, fatal), is_fatal=True)
        state, digest, count = json.loads(apart(partial(looked, folder, kind, name)))
        found.append(state)
        digests.add(digest)
        attempts.append(count)
        if status == "through":
            return {
                "steps": len(found), "found": found, "digests": sorted(digests),
                "attempts": attempts,
            }  # fmt: skip
    raise AssertionError("it never got through")


if __name__ == "__main__":
    print(json.dumps(walk(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
