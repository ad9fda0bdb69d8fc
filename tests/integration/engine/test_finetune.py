"""Fine-tuning an encoder with LoRA through the engine's verb; needs the extra `torch`."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.integration.engine.test_engine import refused
from tests.integration.engine.test_train import (
    ANIMALS,
    PLACES,
    Rested,
)

from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.train.attempt import Attempt
from evigate.engine.train.learning import NONE, State
from evigate.engine.train.models import Job, JobStatus
from evigate.engine.train.trainer import Trainer

LIBRARIES = ("torch", "sentence_transformers", "peft")
WORDS_MAX = 16
NAMES = [name.lower() for name in ANIMALS + PLACES]
FILLERS = [f"{first}{last}" for first in "bdfgklmnprst" for last in ("ora",)]

pytestmark = [
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in LIBRARIES),
        reason="the extra torch is not here",
    ),
    # The libraries' own deprecations are theirs to mend.
    pytest.mark.filterwarnings("ignore"),
]
SETTINGS: dict[str, Any] = {
    "base_model": "tiny",
    "epochs": 4,
    "batch_size": 16,
    "learning_rate": 0.003,
    "seed": 7,
}


@pytest.fixture(autouse=True)
def _by_hand(core: Core) -> None:
    vars(core)["trainer"] = Rested()


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A BERT of two layers with weights that were drawn, and words of its own."""
    folder = tmp_path_factory.mktemp("encoder") / "tiny"
    write_encoder(folder)
    yield folder


def write_encoder(folder: Path) -> None:
    import sentence_transformers
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    made = folder.parent / "bert"
    made.mkdir()
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *NAMES, *FILLERS]
    (made / "vocab.txt").write_text("\n".join(vocabulary))
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=48, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=96, max_position_embeddings=WORDS_MAX, initializer_range=0.1,
        hidden_dropout_prob=0.0,
    )  # fmt: skip
    BertModel(config).save_pretrained(made)
    BertTokenizer(str(made / "vocab.txt")).save_pretrained(made)
    # What has no modules of its own gets a mean of the words.
    whole = sentence_transformers.SentenceTransformer(str(made), device="cpu")
    whole.save(str(folder), create_model_card=False)


def noisy(name: str, draw: np.random.Generator) -> str:
    """Return a name somewhere among words that say nothing."""
    return " ".join(draw.permutation([name, *draw.choice(FILLERS, 5, replace=False)]))


def crowd(count: int, seed: int = 1) -> pa.Table:
    """Return texts on one name each: an answer on the same name, and one on another."""
    draw = np.random.default_rng(seed)
    rows = []
    for _ in range(count):
        name, wrong = draw.choice(NAMES, 2, replace=False)
        rows.append([noisy(name, draw), noisy(name, draw), noisy(wrong, draw)])
    return pa.table(
        dict(zip(("anchor", "positive", "negative"), zip(*rows, strict=True), strict=True))
    )


def prepared(db: Engine, encoder: Path, pairs: int = 60) -> None:
    draw = np.random.default_rng(2)
    keys = [f"p{number:02d}" for number in range(len(NAMES))]
    texts = [noisy(name, draw) for name in NAMES]
    asked = [noisy(name, draw) for name in NAMES]
    truth = {"n": range(len(NAMES)), "query_id": keys, "query_text": asked, "relevant_id": keys}
    db.sources.add("places", pa.table({"id": keys, "text": texts}), key="id")
    db.sources.add("truth", pa.table({name: list(each) for name, each in truth.items()}), key="n")
    db.sources.add("pairs", crowd(pairs).drop_columns(["negative"]))
    db.models.add(f"st:{encoder}", name="tiny")
    db.embed("places", columns=["text"], model="tiny")


def trained(db: Engine, core: Core, name: str, relation: str = "pairs", **more: Any) -> Job:
    job = db.train.finetune(relation, name=name, **{**SETTINGS, **more})
    Trainer(core).run_once()
    return db.jobs.get(str(job.id))


def result_of(job: Job) -> Any:
    assert job.status is JobStatus.COMPLETED, job.error
    assert job.result is not None
    return job.result


def test_a_tuned_encoder_finds_more_and_is_served(db: Engine, core: Core, encoder: Path) -> None:
    prepared(db, encoder, pairs=600)
    question = {"source": "places", "judgments": "truth"}
    job = trained(db, core, "tuned", evaluation=question)
    result = result_of(job)
    losses = np.array(result["losses"])
    assert result["held_out_count"] == 60
    # Each of 16 texts is right at first sight about as often as by chance: ln 16 is 2.8.
    assert result["held_out_loss"] == losses[:, 1].min() < 1.0
    assert losses[-1, 0] < 0.5 * losses[0, 0]
    deciding = result["evaluation"]["comparisons"][0]
    assert deciding["value"] > deciding["baseline"] + 0.3
    refused("E_MODEL_CANDIDATE", db.models.encode, "tuned", NAMES[0])
    assert db.train.promote("tuned").decided_by.value == deciding["value"]
    db.embed("places", columns=["text"], model="tuned", name="tuned_places")
    asked = noisy(NAMES[3], np.random.default_rng(77))
    hits = db.search("places", asked, table="tuned_places", mode="vector", k=3)
    assert "p03" in hits["id"].to_pylist()


def test_the_file_is_the_whole_model_and_reads_as_much_as_its_base(
    db: Engine, core: Core, encoder: Path
) -> None:
    prepared(db, encoder)
    result_of(trained(db, core, "tuned", epochs=1, max_tokens=4))
    model = core.model(db.subject, "tuned", is_served=False)
    folder = Path((model.location or "").removeprefix("st:"))
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert "model.safetensors" in names
    assert not {each for each in names if "adapter" in each or "README" in each}
    import sentence_transformers

    loaded = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    assert loaded.max_seq_length == WORDS_MAX
    held = core.models.encode(model, ["bora lynx dora"]).vectors[0]
    assert np.allclose(loaded.encode("bora lynx dora", normalize_embeddings=True), held, atol=1e-6)
    (folder / "config.json").write_text(json.dumps({}))
    core.models.unload(model)
    error = refused("E_MODEL_CORRUPT", core.models.encode, model, ["text"])
    assert "tuned@1" in error.message


def test_a_training_that_was_stopped_goes_on_to_the_same_bytes(
    db: Engine, core: Core, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(db, encoder)
    undisturbed = result_of(trained(db, core, "whole", epochs=5, dropout=0.2))
    job = db.train.finetune("pairs", name="halved", **{**SETTINGS, "epochs": 5, "dropout": 0.2})
    seen: list[int] = []
    from evigate.engine.train import adapting

    save = adapting.save_state

    def stopping(folder: Path, state: State, data: str) -> None:
        save(folder, state, data)
        seen.append(state.epoch)
        if state.epoch == 2:
            raise OSError("the machine went away")

    monkeypatch.setattr(adapting, "save_state", stopping)
    Trainer(core).run_once()
    assert db.jobs.get(str(job.id)).status is JobStatus.QUEUED
    Trainer(core).run_once()
    assert seen == [1, 2, 3, 4, 5]
    found = db.jobs.get(str(job.id))
    assert result_of(found)["losses"] == undisturbed["losses"]
    assert found.result is not None
    assert found.result["digest"] == undisturbed["digest"]


def test_each_loss_lowers_what_it_is_judged_by(db: Engine, core: Core, encoder: Path) -> None:
    prepared(db, encoder)
    hard = crowd(60)
    db.sources.add("hard", hard)
    right, wrong = hard.select(["anchor", "positive"]), hard.select(["anchor", "negative"])
    ones, zeros = pa.array([1.0] * len(hard)), pa.array([0.0] * len(hard))
    scored = [
        right.append_column("score", ones),
        wrong.rename_columns(["anchor", "positive"]).append_column("score", zeros),
    ]
    db.sources.add("scored", pa.concat_tables(scored))
    for loss, relation in (("triplet", "hard"), ("cosent", "scored"), ("mnrl", "hard")):
        result = result_of(trained(db, core, loss, relation, loss=loss))
        losses = result["losses"]
        assert losses[-1][0] < losses[0][0], loss


def test_a_cancelled_training_publishes_nothing(
    db: Engine, core: Core, encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(db, encoder)
    job = db.train.finetune("pairs", name="x", **SETTINGS)
    check = Attempt.check
    steps = []

    def counted(self: Attempt) -> None:
        steps.append(1)
        if len(steps) == 6:
            db.jobs.cancel(str(job.id))
            self.beat()
        check(self)

    monkeypatch.setattr(Attempt, "check", counted)
    Trainer(core).run_once()
    assert db.jobs.get(str(job.id)).status is JobStatus.CANCELLED
    refused("E_MODEL_MISSING", db.models.encode, "x", "text")


def test_gradients_are_those_of_the_vectors(encoder: Path) -> None:
    """A step against the gradient lowers the loss by what the gradient says, to the first order."""
    from evigate.engine.train.lora import LowRank

    texts = ["bora otter", "peru", "dora fora lynx"]
    made = LowRank(
        str(encoder), texts, rank=2, alpha=4, dropout=0.0, tokens_max=99, seed=1
    )  # fmt: skip
    draw = np.random.default_rng(0)
    weights = {
        name: each + 0.1 * draw.standard_normal(each.shape)
        for name, each in made.first_weights().items()
    }
    # The encoder's own dropout would make two passes differ.
    made._inner.train = lambda *_: made._inner
    made._inner.eval()
    parts = [np.array([0, 2, 0]), np.array([1, 1, 1])]
    slopes = [draw.standard_normal((3, 48)), draw.standard_normal((3, 48))]

    def value(of: dict[str, Any]) -> float:
        units = made.forward(of, parts, seed=None).units
        return float(sum((a * b).sum() for a, b in zip(units, slopes, strict=True)))

    found = made.forward(weights, parts, seed=4).back(slopes)
    way = {name: draw.standard_normal(each.shape) for name, each in weights.items()}
    said = sum(float((found[name] * way[name]).sum()) for name in weights)
    step = 1e-3
    up, down = (
        value({name: weights[name] + sign * step * way[name] for name in weights})
        for sign in (1, -1)
    )
    assert (up - down) / (2 * step) == pytest.approx(said, rel=2e-2)
    assert NONE == -1
