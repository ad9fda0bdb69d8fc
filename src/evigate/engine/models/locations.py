"""Where a model lives, as a person writes it, and what its files are.

minilm                        a built-in name
onnx:/folder                  model.onnx (or onnx/model.onnx) and what describes it, or the file
st:/folder-or-name            a sentence-transformers model, from disk or the local cache
https://host/v1#model-name    an OpenAI-compatible endpoint
callable:name                 a function registered in this process
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model
from evigate.engine.models.builtin import BUILT_IN, BUILT_IN_BACKEND
from evigate.engine.models.errors import E_MODEL_LOAD, E_MODEL_LOCATION, E_MODEL_UNKNOWN
from evigate.engine.models.protocol import GRAPH_MEMORY_FACTOR, TOKENIZER_MEMORY_FACTOR

ONNX = "onnx"
SENTENCE_TRANSFORMERS = "sentence-transformers"
OPENAI = "openai"
CALLABLE = "callable"

FILES_MAX = 500
CHUNK_BYTES = 1 << 20
_COMPANIONS = (
    "tokenizer.json",
    "tokenizer_config.json",
    "config.json",
    "modules.json",
    "sentence_bert_config.json",
    "preprocessor_config.json",
    "1_Pooling/config.json",
)


@dataclass(frozen=True, slots=True)
class Location:
    """A backend and where it finds the model: a path, a URL with the model's name, or a name."""

    backend: str
    place: str
    suggested_name: str

    @property
    def text(self) -> str | None:
        """The location as written, None for a built-in model."""
        prefix = {ONNX: "onnx:", SENTENCE_TRANSFORMERS: "st:", CALLABLE: "callable:"}
        return (
            None if self.backend == BUILT_IN_BACKEND else prefix.get(self.backend, "") + self.place
        )


def parse_location(text: str) -> Location:
    """Return the backend that a location names.

    Raises:
        E_MODEL_LOCATION: it is empty, of an unknown form, or holds a user name or password.
        E_MODEL_UNKNOWN: it has no scheme and is no built-in model.
    """
    scheme, colon, rest = text.strip().partition(":")
    if not colon:
        if scheme in BUILT_IN:
            return Location(BUILT_IN_BACKEND, scheme, scheme)
        raise EvigateError(
            E_MODEL_UNKNOWN,
            f"There is no built-in model {scheme!r}; there are {', '.join(sorted(BUILT_IN))}.",
        )
    if scheme in ("http", "https"):
        return _endpoint(text.strip())
    backends = {"onnx": ONNX, "st": SENTENCE_TRANSFORMERS, "callable": CALLABLE}
    if scheme not in backends or not rest.strip():
        raise EvigateError(E_MODEL_LOCATION, f"The location {text!r} names no model.")
    return Location(backends[scheme], rest, Path(rest).name or rest)


def trained_location(model: Model, folder: Path) -> Model:
    """Return a model that was trained here with its location below a tenant's folder."""
    scheme, colon, place = (model.location or "").rpartition(":")
    return replace(model, location=f"{scheme}{colon}{folder / place}")


def onnx_files(place: str) -> tuple[Path, list[Path]]:
    """Return the graph's path and every file that describes the model, sorted by name.

    Raises:
        E_MODEL_LOAD: there is no such file, or the folder holds no model.onnx.
    """
    path = Path(place)
    graph = path
    if path.is_dir():
        options = [path / "model.onnx", path / "onnx" / "model.onnx"]
        graph = next((option for option in options if option.is_file()), options[0])
    if not graph.is_file():
        raise EvigateError(E_MODEL_LOAD, f"There is no ONNX graph {graph.name!r} at {place!r}.")
    folder = model_folder(graph)
    beside = [graph.with_name(f"{graph.name}{end}") for end in ("_data", ".data")]
    found = [file for file in [*beside, *(folder / name for name in _COMPANIONS)] if file.is_file()]
    return graph, sorted([graph, *found])


def model_folder(graph: Path) -> Path:
    """Return the folder whose files describe a graph: its own, or the one above onnx/."""
    return graph.parent.parent if graph.parent.name == "onnx" else graph.parent


def folder_files(folder: Path) -> list[Path]:
    """Return the files of a model folder, sorted; hidden ones are no part of a model.

    Raises:
        E_MODEL_LOAD: there are more than a model has.
    """
    files: list[Path] = []
    for path in folder.rglob("*"):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not is_hidden:
            files.append(path)
        if len(files) > FILES_MAX:
            raise EvigateError(
                E_MODEL_LOAD, f"The folder {folder.name!r} has over {FILES_MAX} files: no model."
            )
    return sorted(files)


def digest_of(files: Iterable[Path], folder: Path) -> str:
    """Return the hash of files' names below a folder and their contents."""
    return content_hash({str(path.relative_to(folder)): _file_digest(path) for path in files})


def size_of(files: Iterable[Path]) -> int:
    """Return how many bytes files hold together."""
    return sum(path.stat().st_size for path in files)


def memory_of(files: Iterable[Path]) -> int:
    """Return about how many bytes an ONNX model of these files takes once it is loaded."""
    return sum(
        path.stat().st_size
        * (TOKENIZER_MEMORY_FACTOR if path.name == "tokenizer.json" else GRAPH_MEMORY_FACTOR)
        for path in files
    )


def _file_digest(path: Path) -> str:
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.hexdigest()


def _endpoint(text: str) -> Location:
    parts = urlsplit(text)
    if not parts.hostname or not parts.fragment or parts.query:
        raise EvigateError(
            E_MODEL_LOCATION, "An endpoint is written https://host/v1#model-name, without a query."
        )
    if parts.username or parts.password:
        raise EvigateError(
            E_MODEL_LOCATION,
            f"The location of {parts.hostname!r} holds credentials: give them as an option.",
        )
    return Location(OPENAI, text, parts.fragment)
