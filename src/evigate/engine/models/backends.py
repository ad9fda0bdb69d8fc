"""Which backend loads a model; each one's library is imported when its first model is loaded."""

from collections.abc import Mapping
from pathlib import Path

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model
from evigate.engine.models.adapters import ADAPTER, PREDICTOR, load_adapter
from evigate.engine.models.builtin import BUILT_IN_BACKEND
from evigate.engine.models.errors import E_MODEL_TASK, E_MODEL_UNKNOWN
from evigate.engine.models.locations import (
    CALLABLE,
    ONNX,
    OPENAI,
    SENTENCE_TRANSFORMERS,
    folder_files,
    memory_of,
    onnx_files,
    parse_location,
    size_of,
)
from evigate.engine.models.protocol import Callback, LoadContext, Loaded

# What they measure once loaded.
_BUILT_IN_BYTES = {"minilm": 55_000_000, "wordllama": 63_000_000}
_MINILM_F32_BYTES = 190_000_000


def load_model(model: Model, context: LoadContext, callbacks: Mapping[str, Callback]) -> Loaded:
    """Load a model by its backend.

    Raises:
        E_MODEL_UNKNOWN: there is no such backend or built-in model.
        E_MODEL_LOAD, E_MODEL_CORRUPT, E_MODEL_EXTRA: the backend cannot load it.
    """
    if model.backend == BUILT_IN_BACKEND and model.name == "minilm":
        from evigate.engine.models.minilm import load_minilm

        return load_minilm(model, context)
    if model.backend == BUILT_IN_BACKEND and model.name == "wordllama":
        from evigate.engine.models.wordllama import load_wordllama

        return load_wordllama(model, context)
    if model.backend == ONNX:
        from evigate.engine.models.onnx_models import load_onnx

        return load_onnx(model, context)
    if model.backend == SENTENCE_TRANSFORMERS:
        from evigate.engine.models.sentence_transformers import load_sentence_transformers

        return load_sentence_transformers(model, context)
    if model.backend == OPENAI:
        from evigate.engine.models.openai_endpoint import load_openai

        return load_openai(model, context)
    if model.backend == CALLABLE:
        from evigate.engine.models.callables import load_callable

        return load_callable(model, context, callbacks)
    if model.backend == ADAPTER:
        return load_adapter(model)
    if model.backend == PREDICTOR:
        message = f"The predictor {model.id!r} reads rows of a source: use db.train.predict."
        raise EvigateError(E_MODEL_TASK, message)
    raise EvigateError(
        E_MODEL_UNKNOWN,
        f"The model {model.id!r} is of the backend {model.backend!r}, unknown here.",
    )


def estimate_bytes(model: Model) -> int:
    """Return about how much memory a model will take, without loading it; 0 where none is held."""
    if model.backend == BUILT_IN_BACKEND:
        is_f32 = model.options.get("precision") == "f32"
        return _MINILM_F32_BYTES if is_f32 else _BUILT_IN_BYTES.get(model.name, 0)
    if model.backend == ONNX:
        return memory_of(onnx_files(parse_location(model.location or "").place)[1])
    if model.backend == SENTENCE_TRANSFORMERS:
        folder = Path(parse_location(model.location or "").place)
        weights = folder_files(folder) if folder.is_dir() else []
        return size_of(path for path in weights if path.suffix == ".safetensors")
    if model.backend == ADAPTER and Path(model.location or "").is_file():
        return Path(model.location or "").stat().st_size
    return 0
