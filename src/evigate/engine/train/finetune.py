"""Fine-tuning a text encoder with LoRA, by the libraries of the extra `torch`; loaded on use.

What is learnt are the low-rank parts; splits, losses, steps and checkpoints are those of
`learning.py`, so a job that was killed goes on from its last epoch and ends with the same bytes.
What is trained is written whole (the low-rank parts merged into the weights), so that it is served
like any model of sentence-transformers.
"""

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

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
from evigate.engine.train.learning import Settings

if TYPE_CHECKING:
    from evigate.engine.core import Core
    from evigate.engine.train.lora import LowRank
    from evigate.engine.train.trainer import Trained

LIBRARIES = ("torch", "sentence_transformers", "peft")
_BOUNDS: Mapping[str, tuple[float, float]] = {
    "rank": (1, 512),
    "alpha": (1, 4_096),
    "dropout": (0, 0.9),
    "max_tokens": (2, 8_192),
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


def check_finetune(options: Mapping[str, Any], base: Model) -> None:
    """Refuse options of LoRA out of bounds, and a base that the library does not hold.

    Raises:
        EvigateError[E_TRAIN_OPTION | E_TRAIN_MODEL]
    """
    for name, (least, most) in _BOUNDS.items():
        if not least <= options[name] <= most:
            message = f"{name} is {options[name]!r}; it is {least:g} to {most:g}."
            raise EvigateError(E_TRAIN_OPTION, message)
    if base.backend != SENTENCE_TRANSFORMERS or base.task is not ModelTask.TEXT_EMBEDDING:
        message = f"{base.id!r} is no text encoder of sentence-transformers; only such are tuned."
        raise EvigateError(E_TRAIN_MODEL, message)


def train_finetune(core: "Core", attempt: Attempt) -> "Trained":
    """Fine-tune the encoder that a job's spec describes, from the last checkpoint if there is one.

    Raises:
        EvigateError[E_TRAIN_EXTRA | E_TRAIN_MODEL | E_TRAIN_DATA]
    """
    from evigate.engine.train.adapting import check_base, learn, settings_of, with_judgment
    from evigate.engine.train.examples import (
        digest_of_examples,
        name_examples,
        read_columns,
        with_vectors,
    )

    spec, subject = attempt.job.spec, attempt.subject
    check_extra(attempt.job.output_name)
    base = check_base(core, subject, spec)
    settings = settings_of(spec)
    attempt.progress("read", 0, None)
    rows = read_columns(core, subject, spec["relation"], list(spec["columns"].values()))
    named = name_examples(rows, spec["columns"], loss=settings.loss, seed=settings.seed)
    count = len(named.names)
    examples = with_vectors(named, np.zeros((count, 0), np.float32), np.ones(count, np.bool_))
    data = digest_of_examples(examples, content_hash([dict(spec), list(named.names)]))
    learner = _learner(base, named.names, settings, spec["lora"])
    state, result = learn(attempt, learner, examples, settings, data)
    folder = attempt.folder / "model"
    learner.write(folder, state.best)
    made = _written(folder, base, spec["lora"], {"method": "lora", **result})
    return with_judgment(core, attempt, made, base)


def _learner(base: Model, names: Any, settings: Settings, options: Mapping[str, Any]) -> "LowRank":
    from evigate.engine.train.lora import LowRank

    return LowRank(
        parse_location(base.location or "").place,
        names,
        rank=options["rank"],
        alpha=options["alpha"],
        dropout=options["dropout"],
        tokens_max=min(options["max_tokens"], int(base.options.get("max_tokens", 2**31))),
        seed=settings.seed,
    )


def _written(
    folder: Path, base: Model, lora: Mapping[str, Any], result: Mapping[str, Any]
) -> "Trained":
    """Sync the files of a model, and return what it is."""
    from evigate.engine.train.trainer import Trained

    for path in folder_files(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    # The base's own options (how many tokens it reads) hold for what was made of it.
    options = {**base.options, "method": "lora", "rank": lora["rank"], "is_trained": True}
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
        result=result,
        scheme="st:",
    )
