"""Fine-tuning a text encoder with LoRA, by the libraries of the extra `torch`; loaded on use.

What is trained is written whole (the low-rank parts merged into the weights), so that it is served
like any model of sentence-transformers. The library's own checkpoints, one an epoch, are what a
later attempt goes on from.
"""

import importlib
import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.locations import (
    SENTENCE_TRANSFORMERS,
    digest_of,
    folder_files,
    parse_location,
)
from evigate.engine.train.attempt import Attempt
from evigate.engine.train.errors import E_TRAIN_EXTRA, E_TRAIN_MODEL, E_TRAIN_OPTION

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.train.trainer import Trained

LIBRARIES = ("torch", "sentence_transformers", "peft")
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "rank": (1, 512),
    "alpha": (1, 4_096),
    "dropout": (0, 0.9),
    "learning_rate": (1e-9, 1),
    "epochs": (1, 1_000),
    "batch_size": (2, 4_096),
    "max_tokens": (2, 8_192),
    "seed": (0, 2**31 - 1),
}


def check_extra(name: str) -> None:
    """Refuse where the extra is not installed.

    Raises:
        EvigateError[E_TRAIN_EXTRA]: the message names the libraries that are missing.
    """
    missing = [each for each in LIBRARIES if importlib.util.find_spec(each) is None]
    if missing:
        named = ", ".join(missing)
        message = (
            f"Fine-tuning {name!r} needs {named}, of the extra 'torch': pip install evigate[torch]."
            " An adapter (db.train.adapter) needs no extra."
        )
        raise EvigateError(E_TRAIN_EXTRA, message)


def check_finetune(settings: Mapping[str, Any], base: Model) -> None:
    """Refuse settings out of bounds, and a base that the library does not hold.

    Raises:
        EvigateError[E_TRAIN_OPTION | E_TRAIN_MODEL]
    """
    for name, (least, most) in _BOUNDS.items():
        if not least <= settings[name] <= most:
            message = f"{name} is {settings[name]!r}; it is {least:g} to {most:g}."
            raise EvigateError(E_TRAIN_OPTION, message)
    if base.backend != SENTENCE_TRANSFORMERS or base.task is not ModelTask.TEXT_EMBEDDING:
        message = f"{base.id!r} is no text encoder of sentence-transformers; only such are tuned."
        raise EvigateError(E_TRAIN_MODEL, message)


def train_finetune(core: "Core", attempt: Attempt) -> "Trained":
    """Fine-tune the encoder that a job's spec describes."""
    from evigate.engine.train.adapting import check_base, with_judgment
    from evigate.engine.train.examples import name_examples, read_columns

    spec, subject = attempt.job.spec, attempt.subject
    check_extra(attempt.job.output_name)
    base = check_base(core, subject, spec)
    settings = spec["settings"]
    rows = read_columns(core, subject, spec["relation"], list(spec["columns"].values()))
    named = name_examples(rows, spec["columns"], loss=settings["loss"], seed=settings["seed"])
    columns: dict[str, list[Any]] = {
        "anchor": [named.names[at] for at in named.anchors],
        "positive": [named.names[at] for at in named.positives],
    }
    if settings["loss"] == "triplet" or (named.negatives >= 0).all():
        columns["negative"] = [named.names[at] for at in named.negatives]
    if named.scores is not None:
        columns["score"] = named.scores.tolist()
    inner = _fit(attempt, base, settings, columns)
    return with_judgment(core, attempt, _written(attempt, base, settings, inner), base)


def _fit(
    attempt: Attempt, base: Model, settings: Mapping[str, Any], columns: Mapping[str, list[Any]]
) -> Any:
    """Return the tuned SentenceTransformer, its low-rank parts merged."""
    library = importlib.import_module("sentence_transformers")
    peft = importlib.import_module("peft")
    datasets = importlib.import_module("datasets")
    importlib.import_module("torch").manual_seed(settings["seed"])
    place = parse_location(base.location or "").place
    inner = library.SentenceTransformer(place, device="cpu", local_files_only=True)
    inner.max_seq_length = settings["max_tokens"]
    inner.add_adapter(
        peft.LoraConfig(
            r=settings["rank"],
            lora_alpha=settings["alpha"],
            lora_dropout=settings["dropout"],
            target_modules="all-linear",
        )
    )
    folder = attempt.job_folder / "library"
    folder.mkdir(parents=True, exist_ok=True)
    arguments = library.SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings["epochs"],
        per_device_train_batch_size=settings["batch_size"],
        learning_rate=settings["learning_rate"],
        seed=settings["seed"],
        data_seed=settings["seed"],
        full_determinism=True,
        save_strategy="epoch",
        save_total_limit=2,
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    trainer = library.SentenceTransformerTrainer(
        model=inner,
        args=arguments,
        train_dataset=datasets.Dataset.from_dict(dict(columns)),
        loss=_loss(library, inner, settings),
        callbacks=[_callback(attempt)],
    )
    has_checkpoint = any(folder.glob("checkpoint-*"))
    trainer.train(resume_from_checkpoint=has_checkpoint)
    attempt.check()
    inner[0].auto_model = inner[0].auto_model.merge_and_unload()
    return inner


def _loss(library: Any, inner: Any, settings: Mapping[str, Any]) -> Any:
    losses = library.losses
    if settings["loss"] == "cosent":
        return losses.CoSENTLoss(inner)
    if settings["loss"] == "triplet":
        distance = losses.TripletDistanceMetric.COSINE
        return losses.TripletLoss(inner, distance, triplet_margin=settings["margin"])
    return losses.MultipleNegativesRankingLoss(inner, scale=1 / settings["temperature"])


def _callback(attempt: Attempt) -> Any:
    """Return what tells the queue how far the library is, and stops it where it should stop."""
    transformers = importlib.import_module("transformers")

    class Told(transformers.TrainerCallback):  # type: ignore[misc, name-defined]
        """Hears of each step."""

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            attempt.check()

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            attempt.progress("train", int(state.global_step), int(state.max_steps))

    return Told()


def _written(attempt: Attempt, base: Model, settings: Mapping[str, Any], inner: Any) -> "Trained":
    from evigate.engine.train.trainer import Trained

    folder: Path = attempt.folder / "model"
    folder.mkdir(parents=True, exist_ok=True)
    inner.save(str(folder))
    for path in folder_files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    options = {"method": "lora", "rank": settings["rank"], "is_trained": True}
    files = digest_of(folder_files(folder), folder)
    return Trained(
        folder=folder,
        place="",
        task=ModelTask.TEXT_EMBEDDING,
        backend=SENTENCE_TRANSFORMERS,
        dimensions=base.dimensions,
        digest=content_hash({"files": files, "options": options}),
        base_model=base.id,
        options=options,
        result={"method": "lora"},
        scheme="st:",
    )
