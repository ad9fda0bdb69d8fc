"""Models of the sentence-transformers library, from the extra `torch`; loaded only when asked for.

Nothing is downloaded unless the option `download` says so, and no code that comes with a model is
run. The default install lacks the library, and such a model then says what to install.
"""

import importlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models.errors import (
    E_MODEL_CORRUPT,
    E_MODEL_EXTRA,
    E_MODEL_LOAD,
    E_MODEL_TASK,
)
from evigate.engine.models.locations import digest_of, folder_files, parse_location
from evigate.engine.models.protocol import Input, LoadContext, Loaded, RowError, text_of

LIBRARY = "sentence_transformers"


class TransformersEncoder:
    """A SentenceTransformer: texts, or images where the model has a tower for them."""

    sorts_by_length = True

    def __init__(self, model: Model, inner: Any) -> None:
        self._inner = inner
        self._is_image = model.task is ModelTask.IMAGE_EMBEDDING
        self.size_bytes = _tensor_bytes(inner)

    def prepare(self, value: Input) -> Any:
        """Return the text, or the decoded image; RowError where it cannot be read."""
        if not self._is_image:
            return text_of(value)
        # A text is the query of an image model that has both towers.
        return value if isinstance(value, str) else _image(value)

    def encode(self, rows: Sequence[Any]) -> npt.NDArray[Any]:
        """Return vectors (n, d) in one forward pass."""
        with _memory_errors():
            vectors = self._inner.encode(
                list(rows), batch_size=len(rows), show_progress_bar=False, convert_to_numpy=True
            )
        return np.asarray(vectors)

    def close(self) -> None:
        """Drop the library's model."""
        del self._inner


class TransformersReranker:
    """A CrossEncoder."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.size_bytes = _tensor_bytes(inner.model)

    def rerank(self, query: str, texts: Sequence[str]) -> npt.NDArray[Any]:
        """Return the score of each pair."""
        pairs = [(query, text) for text in texts]
        with _memory_errors():
            return np.asarray(
                self._inner.predict(pairs, batch_size=len(pairs), show_progress_bar=False)
            )

    def close(self) -> None:
        """Drop the library's model."""
        del self._inner


def load_sentence_transformers(model: Model, _context: LoadContext) -> Loaded:
    """Load the model at `st:/folder` or, from the library's local cache, `st:name`.

    Raises:
        E_MODEL_EXTRA: the library is not installed.
        E_MODEL_CORRUPT: the folder's files are not those that were registered.
        E_MODEL_LOAD: the library cannot load it.
        E_MODEL_TASK: the task is one that the library has no face for here.
    """
    place = parse_location(model.location or "").place
    check_folder(model, place)
    try:
        library = importlib.import_module(LIBRARY)
    except ModuleNotFoundError as error:
        raise EvigateError(
            E_MODEL_EXTRA,
            f"The model {model.id!r} needs the extra 'torch': pip install evigate[torch]",
        ) from error
    options = {
        "local_files_only": not model.options.get("download", False),
        "device": str(model.options.get("device", "cpu")),
        "trust_remote_code": False,
    }
    try:
        if model.task is ModelTask.RERANK:
            return TransformersReranker(library.CrossEncoder(place, **options))
        if model.task in (ModelTask.TEXT_EMBEDDING, ModelTask.IMAGE_EMBEDDING):
            inner = library.SentenceTransformer(place, **options)
            if "max_tokens" in model.options:
                inner.max_seq_length = int(model.options["max_tokens"])
            return TransformersEncoder(model, inner)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EvigateError(
            E_MODEL_LOAD, f"The model {model.id!r} cannot be loaded: {type(error).__name__}."
        ) from error
    raise EvigateError(E_MODEL_TASK, f"sentence-transformers has no task {model.task.value!r}.")


def check_folder(model: Model, place: str) -> None:
    """Compare a local model's files with its digest; a name of the library's cache has none."""
    folder = Path(place)
    if not model.digest or not folder.is_dir():
        return
    digest = content_hash(
        {"files": digest_of(folder_files(folder), folder), "options": dict(model.options)}
    )
    if digest != model.digest:
        raise EvigateError(
            E_MODEL_CORRUPT, f"The files of the model {model.id!r} changed since it was registered."
        )


class _memory_errors:
    """Turns the library's ways to say that memory is short into MemoryError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        text = str(error).lower()
        is_short = type(error).__name__ == "OutOfMemoryError" or (
            isinstance(error, RuntimeError) and ("not enough memory" in text or "alloc" in text)
        )
        if is_short:
            raise MemoryError(str(error)[:200]) from error


def _tensor_bytes(module: Any) -> int:
    return sum(int(p.numel()) * int(p.element_size()) for p in module.parameters())


def _image(data: bytes) -> Any:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as opened:
            return opened.convert("RGB")
    except Exception as error:
        raise RowError(f"The image cannot be read: {type(error).__name__}") from error
