"""From a location to a `Model`: its task, options and content digest, before anything is loaded."""

import io
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.builtin import BUILT_IN, BUILT_IN_BACKEND, with_options
from evigate.engine.models.errors import E_MODEL_LOAD, E_MODEL_OPTION, E_MODEL_TASK
from evigate.engine.models.locations import (
    CALLABLE,
    ONNX,
    OPENAI,
    SENTENCE_TRANSFORMERS,
    Location,
    digest_of,
    folder_files,
    model_folder,
    onnx_files,
)
from evigate.engine.models.pooling import read_json

EMBEDDINGS = (
    ModelTask.TEXT_EMBEDDING,
    ModelTask.IMAGE_EMBEDDING,
    ModelTask.AUDIO_EMBEDDING,
)
INFERENCES = (ModelTask.CLASSIFICATION, ModelTask.NER, ModelTask.REGRESSION)
# Never part of a digest, a description or a cache on disk.
SECRET_OPTIONS = frozenset({"api_key"})

_OPTIONS: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    ONNX: {"max_tokens": int},
    SENTENCE_TRANSFORMERS: {"max_tokens": int, "device": str, "download": bool},
    OPENAI: {
        "api_key": str,
        "dimensions": int,
        "timeout_s": (int, float),
        "backoff_s": (int, float),
        "try_count": int,
    },
    CALLABLE: {},
}


def described(
    location: Location,
    *,
    name: str | None,
    version: int,
    task: ModelTask | None,
    options: Mapping[str, Any],
) -> Model:
    """Return the model at a location, its width still unknown unless it is built in.

    The task is the given one, else what the model's files say, else text embedding.

    Raises:
        E_MODEL_OPTION: an option is unknown, of another type, or not positive.
        E_MODEL_TASK: a built-in model does not do the task.
        E_MODEL_LOAD: the files cannot be read.
    """
    if location.backend == BUILT_IN_BACKEND:
        return _built_in(location.place, task, options)
    _check_options(location.backend, options)
    digest = ""
    found: ModelTask | None = None
    if location.backend == ONNX:
        graph, files = onnx_files(location.place)
        digest = _digest(digest_of(files, model_folder(graph)), options)
        found = declared_task(model_folder(graph))
    elif location.backend == SENTENCE_TRANSFORMERS and Path(location.place).is_dir():
        folder = Path(location.place)
        digest = _digest(digest_of(folder_files(folder), folder), options)
    elif location.backend == SENTENCE_TRANSFORMERS and Path(location.place).is_absolute():
        raise EvigateError(E_MODEL_LOAD, f"There is no model folder {location.place!r}.")
    return Model(
        name or location.suggested_name,
        version,
        task or found or ModelTask.TEXT_EMBEDDING,
        location.backend,
        None,
        digest,
        location.text,
        dict(options),
    )


def declared_task(folder: Path) -> ModelTask | None:
    """Return the task that a model folder's own files declare, None where they declare none."""
    preprocessor = folder / "preprocessor_config.json"
    if preprocessor.exists():
        settings = read_json(preprocessor)
        is_audio = "sampling_rate" in settings or "feature_size" in settings
        return ModelTask.AUDIO_EMBEDDING if is_audio else ModelTask.IMAGE_EMBEDDING
    path = folder / "config.json"
    config = read_json(path) if path.exists() else {}
    architectures = config.get("architectures")
    names = [str(each) for each in architectures] if isinstance(architectures, list) else []
    if any(each.endswith("ForTokenClassification") for each in names):
        return ModelTask.NER
    if not any(each.endswith("ForSequenceClassification") for each in names):
        return None
    is_regression = config.get("problem_type") == "regression"
    has_one = isinstance(config.get("id2label"), dict) and len(config["id2label"]) == 1
    return ModelTask.REGRESSION if is_regression or has_one else ModelTask.CLASSIFICATION


def probe_of(task: ModelTask) -> str | bytes:
    """Return an input that every model of an embedding task can read, to learn its width."""
    if task is ModelTask.TEXT_EMBEDDING:
        return "width"
    buffer = io.BytesIO()
    if task is ModelTask.IMAGE_EMBEDDING:
        from PIL import Image

        Image.new("RGB", (64, 64), (200, 120, 40)).save(buffer, "PNG")
        return buffer.getvalue()
    tone = np.sin(np.arange(16_000) * (2 * np.pi * 440 / 16_000)) * 12_000
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(tone.astype("<i2").tobytes())
    return buffer.getvalue()


def _built_in(name: str, task: ModelTask | None, options: Mapping[str, Any]) -> Model:
    model = BUILT_IN[name]
    if task not in (None, model.task):
        raise EvigateError(E_MODEL_TASK, f"The model {name!r} does {model.task.value} alone.")
    return with_options(model, options) if options else model


def _digest(files: str, options: Mapping[str, Any]) -> str:
    return content_hash({"files": files, "options": dict(options)})


def _check_options(backend: str, options: Mapping[str, Any]) -> None:
    allowed = _OPTIONS[backend]
    for name, value in options.items():
        kind = allowed.get(name)
        is_right = kind is not None and isinstance(value, kind)
        if is_right and kind is not bool and isinstance(value, int | float):
            is_right = not isinstance(value, bool) and value > 0
        if not is_right:
            shown = "***" if name in SECRET_OPTIONS else repr(value)
            raise EvigateError(
                E_MODEL_OPTION,
                f"The backend {backend!r} has no option {name!r} of value {shown}; "
                f"it has {', '.join(sorted(allowed)) or 'none'}.",
            )
