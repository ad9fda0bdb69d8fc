"""From the files of a data set, in the forms the field keeps them in, to plain arrays.

One reader a form. Nothing here trusts its bytes: pickles are read by an unpickler that can make
arrays and nothing else, and what does not fit says which line of which file.
"""

import csv
import gzip
import io
import pickle
import tarfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from evigate.base.errors import EvigateError
from evigate.papers.datasets.packing import TEST, TRAIN, UNUSED, VALIDATION, joined, words
from evigate.papers.errors import E_DATASET_INVALID

Files = Sequence[bytes]
Options = Mapping[str, str]
Made = dict[str, "np.ndarray[Any, Any]"]
COLUMNS_MAX = 100_000


def _invalid(message: str) -> EvigateError:
    return EvigateError(E_DATASET_INVALID, message)


def _decode(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _lines(content: bytes) -> list[str]:
    """Lines end where a line feed is: texts hold other characters that Python would break at."""
    return [line for line in _decode(content).split("\n") if line.strip()]


def _parts(files: Files, options: Options) -> list[int]:
    """The split's code of each file: the option `parts`, as "train,test", or one part for all."""
    codes = {"train": TRAIN, "test": TEST, "validation": VALIDATION, "unused": UNUSED}
    named = [name for name in options.get("parts", "").split(",") if name]
    if named and len(named) != len(files):
        raise _invalid(f"{len(named)} parts are named for {len(files)} files.")
    return [codes[name] for name in named] if named else [TRAIN] * len(files)


def read_sentences(files: Files, options: Options) -> Made:
    """Read lines of a label, a blank and a text; labels are whole numbers from 0 on."""
    texts: list[str] = []
    labels: list[int] = []
    split: list[int] = []
    for content, part in zip(files, _parts(files, options), strict=True):
        for number, line in enumerate(_lines(content), start=1):
            label, _, text = line.strip().partition(" ")
            if not label.isdigit():
                raise _invalid(f"Line {number} does not begin with a label: {line[:60]!r}.")
            texts.append(text.strip())
            labels.append(int(label))
            split.append(part)
    made = _labelled(labels, options)
    made |= {"text": joined(texts)}
    return made | ({"split": np.array(split, dtype=np.int8)} if len(set(split)) > 1 else {})


def _labelled(labels: Sequence[int], options: Options) -> Made:
    count = max(labels, default=-1) + 1
    names = [name for name in options.get("classes", "").split(",") if name]
    names = names or [str(label) for label in range(count)]
    if len(names) != count:
        raise _invalid(f"{len(names)} classes are named, and the labels are of {count}.")
    return {"y": np.array(labels, dtype=np.int64), "class_names": words(names)}


def read_review_archive(files: Files, options: Options) -> Made:
    """Read a tar of texts in folders by class, named cvNNN_…; hundreds of NNN are the folds."""
    names = [name for name in options.get("classes", "neg,pos").split(",") if name]
    found: list[tuple[int, str, str]] = []
    with tarfile.open(fileobj=io.BytesIO(files[0]), mode="r:*") as archive:
        for member in archive:
            parts = member.name.split("/")
            file = archive.extractfile(member) if member.isfile() else None
            if file is None or len(parts) < 2 or parts[-2] not in names or parts[-1][:2] != "cv":
                continue
            found.append((names.index(parts[-2]), parts[-1], _decode(file.read())))
    if not found:
        raise _invalid("The archive holds no text named cvNNN_… in a class's folder.")
    found.sort(key=lambda item: (item[1][:5], item[0]))
    made = _labelled([label for label, _, _ in found], {"classes": ",".join(names)})
    fold = [int(name[2:5]) // 100 for _, name, _ in found]
    texts = [" ".join(text.split()) for _, _, text in found]
    return made | {"text": joined(texts), "fold": np.array(fold, dtype=np.int16)}


class _Matrix:
    """What a pickled scipy matrix is read as: its state, and none of scipy's code."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.state = state


class _ArraysOnly(pickle.Unpickler):
    """Unpickles numbers, lists, dictionaries, numpy arrays and sparse matrices' state alone."""

    _ALLOWED: ClassVar[Mapping[tuple[str, str], Any]] = {
        ("numpy.core.multiarray", "_reconstruct"): None,
        ("numpy", "ndarray"): None,
        ("numpy", "dtype"): None,
        ("scipy.sparse.csr", "csr_matrix"): _Matrix,
        ("scipy.sparse._csr", "csr_matrix"): _Matrix,
        ("collections", "defaultdict"): defaultdict,
        ("__builtin__", "list"): list,
        ("builtins", "list"): list,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._ALLOWED:
            raise _invalid(f"The pickle asks for {module}.{name}, which no data need.")
        ours = self._ALLOWED[module, name]
        if ours is not None:
            return ours
        if module == "numpy":
            return getattr(np, name)
        from numpy._core.multiarray import _reconstruct

        return _reconstruct


def _unpickled(content: bytes) -> Any:
    try:
        return _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, TypeError) as error:
        raise _invalid(f"This is no pickle of arrays: {error}") from error


def _csr(matrix: Any) -> Any:
    from scipy.sparse import csr_matrix

    if not isinstance(matrix, _Matrix):
        raise _invalid("The pickle holds no sparse matrix.")
    state = matrix.state
    shape = state.get("_shape", state.get("shape"))
    return csr_matrix((state["data"], state["indices"], state["indptr"]), shape=shape)


def read_planetoid(files: Files, options: Options) -> Made:
    """
    Read the eight files of a citation graph: x, y, tx, ty, allx, ally, graph, test.index.

    Test nodes without features, as Citeseer has them, get rows of noughts and are in no part. The
    first nodes are the training's, as many as `y` has; the 500 after them the validation's.

    Source:
        Yang, Cohen & Salakhutdinov, ICML 2016 (the files); Kipf & Welling, ICLR 2017 (the parts).
    """
    from scipy.sparse import lil_matrix, vstack

    x, tx, allx = (_csr(_unpickled(files[index])) for index in (0, 2, 4))
    y, ty, ally = (np.asarray(_unpickled(files[index])) for index in (1, 3, 5))
    graph = _unpickled(files[6])
    order = np.array([int(line) for line in _decode(files[7]).split()])
    first, last = int(order.min()), int(order.max())
    features = lil_matrix((last - first + 1, x.shape[1]))
    features[np.sort(order) - first] = tx
    labels = np.zeros((last - first + 1, y.shape[1]))
    labels[np.sort(order) - first] = ty
    X = vstack([allx, features]).tolil()
    one_hot = np.vstack([ally, labels])
    X[order], one_hot[order] = X[np.sort(order)], one_hot[np.sort(order)]
    split = np.full(len(one_hot), UNUSED, dtype=np.int8)
    split[: len(y)], split[len(y) : len(y) + 500], split[order] = TRAIN, VALIDATION, TEST
    pairs = sorted({(int(a), int(b)) for a, near in graph.items() for b in near})
    X = X.tocsr()
    X.sort_indices()
    made = _labelled(list(one_hot.argmax(axis=1)), options)
    return made | {
        "split": split,
        "edges": np.array(pairs, dtype=np.int32).T,
        "data": X.data.astype(np.float32),
        "indices": X.indices.astype(np.int32),
        "indptr": X.indptr.astype(np.int32),
        "shape": np.array(X.shape, dtype=np.int64),
    }


def _series(rows: list[list[float]], labels: list[str], split: list[int]) -> Made:
    if len({len(row) for row in rows}) != 1:
        raise _invalid("The series are of different lengths, which no recipe here takes.")
    names = sorted(set(labels), key=lambda name: (len(name), name))
    y = np.array([names.index(label) for label in labels], dtype=np.int64)
    made = {"X": np.array(rows, dtype=np.float64), "y": y, "class_names": words(names)}
    return made | {"split": np.array(split, dtype=np.int8)}


def _number(text: str) -> str:
    """Labels as numbers are written in many ways; 1.0000000e+00 is the class 1."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() else text


def read_series(files: Files, options: Options) -> Made:
    """Read time series of the UCR archive: `.ts` files, or rows of a label and its values."""
    rows: list[list[float]] = []
    labels: list[str] = []
    split: list[int] = []
    for content, part in zip(files, _parts(files, options), strict=True):
        for line in _lines(content):
            text = line.strip()
            if not text or text[0] in "#@%":
                continue
            if ":" in text:
                values, _, label = text.rpartition(":")
                cells = values.split(",")
            else:
                label, *cells = text.replace(",", " ").split()
            rows.append([float(cell) for cell in cells])
            labels.append(_number(label.strip()))
            split.append(part)
    return _series(rows, labels, split)


def read_series_npz(files: Files, options: Options) -> Made:
    """Read time series kept as X_train, y_train, X_test, y_test in one `.npz` file."""
    with np.load(io.BytesIO(files[0]), allow_pickle=False) as found:
        X = np.concatenate([found["X_train"], found["X_test"]])
        y = np.concatenate([found["y_train"], found["y_test"]])
        split = [TRAIN] * len(found["X_train"]) + [TEST] * len(found["X_test"])
    X = X.reshape(len(X), -1)
    return _series([list(row) for row in X], [_number(str(label)) for label in y], split)


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count) if any(mark in line for mark in ",;\t|") else " "


def _table(content: bytes) -> list[list[str]]:
    text = _decode(content)
    first = text.split("\n", 1)[0]
    delimiter = _delimiter(first)
    quote = "'" if first.startswith("'") else '"'
    rows = csv.reader(
        io.StringIO(text), delimiter=delimiter, quotechar=quote, skipinitialspace=True
    )
    return [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]


def _is_numeric(column: Sequence[str]) -> bool:
    try:
        return all(np.isfinite(float(cell)) for cell in column)
    except ValueError:
        return False


def read_csv(files: Files, options: Options) -> Made:
    """
    Read a table with a heading; options `outcome`, `event`, `columns`, `task`, each a column.

    Features are the numeric columns but the outcome and the event, or those named; a column of
    words becomes one column a word ("colour=red"), in the words' order, if it is named. A column of
    words as the outcome, or the task "classification", makes classes.
    """
    header, *rows = _table(files[0])
    if not rows:
        raise _invalid("The table has a heading and no rows.")
    ragged = next((n for n, row in enumerate(rows, 2) if len(row) != len(header)), None)
    if ragged is not None:
        raise _invalid(f"Row {ragged} has not the {len(header)} cells of the heading.")
    cells = {name: [row[index] for row in rows] for index, name in enumerate(header)}
    outcome = options.get("outcome") or header[-1]
    special = [outcome, *([options["event"]] if options.get("event") else [])]
    named = [name for name in options.get("columns", "").split(",") if name]
    unknown = next((name for name in [*special, *named] if name not in cells), None)
    if unknown is not None:
        raise _invalid(f"There is no column {unknown!r}; there are {', '.join(header)[:300]}.")
    chosen = named or [n for n in header if n not in special and _is_numeric(cells[n])]
    columns, values = _features(chosen, cells)
    made: Made = {"X": values, "columns": words(columns)}
    if options.get("event"):
        made["event"] = np.array([float(cell) for cell in cells[options["event"]]])
    if options.get("task") == "classification" or not _is_numeric(cells[outcome]):
        classes = sorted(set(cells[outcome]), key=lambda name: (len(name), name))
        made["y"] = np.array([classes.index(cell) for cell in cells[outcome]], dtype=np.int64)
        return made | {"class_names": words(classes)}
    return made | {"y": np.array([float(cell) for cell in cells[outcome]])}


def _features(
    chosen: Sequence[str], cells: Mapping[str, Sequence[str]]
) -> tuple[list[str], "np.ndarray[Any, Any]"]:
    names: list[str] = []
    columns: list[np.ndarray[Any, Any]] = []
    for name in chosen:
        if _is_numeric(cells[name]):
            names.append(name)
            columns.append(np.array([float(cell) for cell in cells[name]]))
            continue
        for word in sorted(set(cells[name])):
            names.append(f"{name}={word}")
            columns.append(np.array([float(cell == word) for cell in cells[name]]))
    if not 1 <= len(columns) <= COLUMNS_MAX:
        raise _invalid(f"The table has {len(columns)} columns of numbers to learn from.")
    return names, np.column_stack(columns)


def read_idx(files: Files, options: Options) -> Made:
    """Read pairs of idx files, images and labels, as MNIST comes: gzip or plain, uint8."""
    images: list[np.ndarray[Any, Any]] = []
    labels: list[np.ndarray[Any, Any]] = []
    for index, content in enumerate(files):
        plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        start = 4 + 4 * plain[3]
        rows = int.from_bytes(plain[4:8], "big")
        values = np.frombuffer(plain[start:], dtype=np.uint8).reshape(rows, -1)
        (labels if index % 2 else images).append(values)
    parts = _parts(files[::2], options)
    split = np.concatenate(
        [np.full(len(part), code, np.int8) for part, code in zip(images, parts, strict=True)]
    )
    made = _labelled([int(label) for part in labels for label in part[:, 0]], options)
    return made | {"X": np.concatenate(images), "split": split}


READERS: Mapping[str, Callable[[Files, Options], Made]] = {
    "sentences": read_sentences,
    "review_archive": read_review_archive,
    "planetoid": read_planetoid,
    "series": read_series,
    "series_npz": read_series_npz,
    "csv": read_csv,
    "idx": read_idx,
}


def make_arrays(reader: str, files: Files, options: Options) -> Made:
    """
    Return a data set's arrays, read from its files by the reader of that name.

    Raises:
        EvigateError[E_DATASET_INVALID]: there is no such reader, or the bytes do not fit it.
    """
    if reader not in READERS:
        raise _invalid(f"There is no reader {reader!r}; there are {', '.join(sorted(READERS))}.")
    try:
        return READERS[reader](files, options)
    except EvigateError:
        raise
    except (ValueError, KeyError, IndexError, tarfile.TarError, csv.Error, OSError) as error:
        raise _invalid(f"The files are not of the form {reader!r}: {error}") from error
