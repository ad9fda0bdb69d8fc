"""Data sets of OpenML, the UCI repository and Hugging Face, fetched over their public interfaces.

What is fetched becomes a file like any other before a run; no run ever has a network. Bodies are
bounded, and what a repository says of licence and target is kept as it says it.
"""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import numpy as np
import orjson

from evigate.base.errors import EvigateError
from evigate.papers.datasets.adding import DatasetSpec, MadeDataset, described, make_dataset
from evigate.papers.datasets.models import DataKind
from evigate.papers.datasets.packing import TEST, TRAIN, VALIDATION, joined, words
from evigate.papers.errors import E_DATASET_INVALID

Fetch = Callable[[str], Awaitable[bytes]]
TEXT_COLUMNS = ("sentence", "text", "content", "review", "question", "tweet")
LABEL_COLUMNS = ("label", "labels", "class", "target", "coarse_label", "topic")
_PARTS = {"train": TRAIN, "test": TEST, "validation": VALIDATION, "dev": VALIDATION}
_LICENCES = {
    "cc0": "CC0-1.0",
    "cc0-1.0": "CC0-1.0",
    "publicdomain": "PDDL-1.0",
    "cc by 4.0": "CC-BY-4.0",
    "cc-by-4.0": "CC-BY-4.0",
    "cc-by-sa-4.0": "CC-BY-SA-4.0",
    "cc-by-sa-3.0": "CC-BY-SA-3.0",
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
    "bsd-3-clause": "BSD-3-Clause",
}


@dataclass(frozen=True, slots=True)
class Repositories:
    """Where the three repositories answer."""

    openml: str = "https://www.openml.org"
    uci: str = "https://archive.ics.uci.edu"
    huggingface: str = "https://huggingface.co"


def _licence(said: object) -> str | None:
    """A repository's word for a licence in the registry's terms; None for "unknown" and so on."""
    word = str(said or "").strip()
    known = _LICENCES.get(word.lower())
    if known or word.lower() in ("", "unknown", "other", "none", "public"):
        return known or ("PDDL-1.0" if word.lower() == "public" else None)
    return word


def _json(content: bytes, where: str) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise EvigateError(E_DATASET_INVALID, f"{where} did not answer with JSON.") from error
    if not isinstance(found, dict):
        raise EvigateError(E_DATASET_INVALID, f"{where} did not answer with an object.")
    return found


def arff_to_csv(content: bytes) -> bytes:
    """Return a dense ARFF file as CSV with a heading; rows with a missing value are left out."""
    names: list[str] = []
    rows: list[list[str]] = []
    is_data = False
    for line in content.decode("utf-8", "replace").splitlines():
        text = line.strip()
        if not text or text.startswith("%"):
            continue
        if is_data:
            if text.startswith("{"):
                raise EvigateError(E_DATASET_INVALID, "Sparse ARFF files are not read.")
            [cells] = csv.reader([text], quotechar="'", skipinitialspace=True)
            if "?" not in cells:
                rows.append(cells)
        elif text.lower().startswith("@data"):
            is_data = True
        elif match := re.match(r"@attribute\s+('[^']+'|\"[^\"]+\"|\S+)", text, re.IGNORECASE):
            names.append(match[1].strip("'\""))
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    return out.getvalue().encode()


async def fetch_openml(
    identifier: str, fetch: Fetch, repositories: Repositories, name: str
) -> MadeDataset:
    """Fetch a data set of OpenML by its number, with the target that OpenML names."""
    place = f"{repositories.openml}/api/v1/json/data/{quote(identifier)}"
    said = _json(await fetch(place), "OpenML").get("data_set_description", {})
    if "url" not in said or "default_target_attribute" not in said:
        message = f"OpenML names no file or no target of its set {identifier!r}."
        raise EvigateError(E_DATASET_INVALID, message)
    table = arff_to_csv(await fetch(str(said["url"])))
    spec = DatasetSpec(
        name=name,
        reader="csv",
        title=str(said.get("name", name)),
        licence=_licence(said.get("licence")),
        source=f"OpenML {identifier}",
        options={"outcome": str(said["default_target_attribute"])},
    )
    return make_dataset(spec, [table])


async def fetch_uci(
    identifier: str, fetch: Fetch, repositories: Repositories, name: str
) -> MadeDataset:
    """Fetch a data set of the UCI repository by its number; its sets are under CC BY 4.0."""
    place = f"{repositories.uci}/api/dataset?id={quote(identifier)}"
    said = _json(await fetch(place), "UCI").get("data") or {}
    variables: Sequence[Mapping[str, Any]] = said.get("variables") or ()
    targets = [str(each["name"]) for each in variables if each.get("role") == "Target"]
    if not said.get("data_url") or not targets:
        message = f"UCI names no file or no target of its set {identifier!r}."
        raise EvigateError(E_DATASET_INVALID, message)
    features = [str(each["name"]) for each in variables if each.get("role") == "Feature"]
    spec = DatasetSpec(
        name=name,
        reader="csv",
        title=str(said.get("name", name)),
        licence="CC-BY-4.0",
        source=f"UCI {identifier}",
        options={"outcome": targets[0], "columns": ",".join(features)},
    )
    return make_dataset(spec, [await fetch(str(said["data_url"]))])


async def fetch_huggingface(
    identifier: str, fetch: Fetch, repositories: Repositories, name: str
) -> MadeDataset:
    """Fetch a set of texts of Hugging Face, "owner/set" or "owner/set:config", from its parquet."""
    repository, _, config = identifier.partition(":")
    base = f"{repositories.huggingface}/api/datasets/{quote(repository)}"
    said = _json(await fetch(base), "Hugging Face")
    files = _json(await fetch(f"{base}/parquet"), "Hugging Face")
    chosen = config or ("default" if "default" in files else next(iter(files), ""))
    if chosen not in files:
        message = f"Hugging Face has no parquet of {identifier!r}; it has {', '.join(files)}."
        raise EvigateError(E_DATASET_INVALID, message)
    texts: list[str] = []
    labels: list[Any] = []
    split: list[int] = []
    for part, places in files[chosen].items():
        code = _PARTS.get(part)
        for place in places if code is not None else ():
            found, marks = _columns(await fetch(place))
            texts += found
            labels += marks
            split += [int(code or 0)] * len(found)
    if not texts:
        raise EvigateError(E_DATASET_INVALID, f"{identifier!r} has no labelled texts.")
    names = sorted({str(label) for label in labels}, key=lambda each: (len(each), each))
    card = said.get("cardData") or {}
    spec = DatasetSpec(
        name=name,
        reader="huggingface",
        title=repository,
        licence=_licence(card.get("license")),
        source=f"Hugging Face {identifier}",
    )
    arrays = {
        "text": joined(texts),
        "y": np.array([names.index(str(label)) for label in labels], dtype=np.int64),
        "class_names": words(names),
        "split": np.array(split, dtype=np.int8),
    }
    return described(spec, DataKind.TEXT, arrays)


def _columns(content: bytes) -> tuple[list[str], list[Any]]:
    """The texts and the labels of a parquet file; rows with the label -1 have none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(content))
    except pa.ArrowInvalid as error:
        raise EvigateError(E_DATASET_INVALID, f"This is no parquet file: {error}") from error
    text = next((name for name in TEXT_COLUMNS if name in table.column_names), None)
    label = next((name for name in LABEL_COLUMNS if name in table.column_names), None)
    if text is None or label is None:
        message = f"No text or no label among the columns {', '.join(table.column_names)}."
        raise EvigateError(E_DATASET_INVALID, message)
    pairs = zip(table[text].to_pylist(), table[label].to_pylist(), strict=True)
    kept = [(str(words_), mark) for words_, mark in pairs if mark != -1]
    return [words_ for words_, _ in kept], [mark for _, mark in kept]


FETCHERS: Mapping[str, Callable[[str, Fetch, Repositories, str], Awaitable[MadeDataset]]] = {
    "openml": fetch_openml,
    "uci": fetch_uci,
    "huggingface": fetch_huggingface,
}


async def fetch_dataset(
    reference: str, name: str, fetch: Fetch, repositories: Repositories | None = None
) -> MadeDataset:
    """
    Fetch a data set by a reference such as "openml:61", "uci:53" or "huggingface:owner/set".

    Raises:
        EvigateError[E_DATASET_INVALID]: no such repository, or its answer is not of its form.
        EvigateError: as `fetch`, for an address that does not answer.
    """
    kind, _, identifier = reference.partition(":")
    if kind not in FETCHERS or not identifier:
        message = f"The reference {reference!r} is not one of {', '.join(FETCHERS)} and a name."
        raise EvigateError(E_DATASET_INVALID, message)
    return await FETCHERS[kind](identifier, fetch, repositories or Repositories(), name)
