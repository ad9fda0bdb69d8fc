"""Files as sources: which there are, what columns they have, whether they agree.

Types are read from the whole of a text file, not a sample, and frozen at registration; reading
later with the same types gives an error where a file has changed its mind, never other columns.
"""

import glob
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceKind
from evigate.engine.federation.duck import Duck
from evigate.engine.federation.errors import E_SQL_EXTENSION
from evigate.engine.federation.quoting import quote_names, quote_text, quote_texts
from evigate.engine.federation.relations import WALL, ArrowBody, ScanBody
from evigate.engine.sources.errors import (
    E_SOURCE_CORRUPT,
    E_SOURCE_DRIFT,
    E_SOURCE_EMPTY,
    E_SOURCE_TARGET,
)
from evigate.engine.sources.targets import PACKED, SUFFIXES

FILES_MAX = 10_000
COLUMNS_MAX = 10_000
Columns = Mapping[str, str]
_READERS: Mapping[SourceKind, str] = {
    SourceKind.PARQUET: "read_parquet",
    SourceKind.CSV: "read_csv",
    SourceKind.JSON: "read_json",
    SourceKind.JSONL: "read_json",
    SourceKind.AVRO: "read_avro",
}
_OPTION_NAMES: Mapping[str, str] = {
    "delimiter": "delim",
    "header": "header",
    "quote": "quote",
    "escape": "escape",
    "null": "nullstr",
    "encoding": "encoding",
}


def find_files(place: str, kind: SourceKind) -> list[Path]:
    """Return the files of a path, a folder (its files of the kind, at any depth) or a glob.

    Ordered by path.

    Raises:
        E_SOURCE_EMPTY: there are none.
        E_SOURCE_TARGET: there are more than FILES_MAX.
    """
    path = Path(place)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = [item for item in path.rglob("*") if item.is_file() and is_of(item.name, kind)]
    else:
        found = [Path(item) for item in glob.glob(place, recursive=True) if Path(item).is_file()]
    if not found:
        raise EvigateError(E_SOURCE_EMPTY, f"{place!r} matches no file.")
    if len(found) > FILES_MAX:
        raise EvigateError(E_SOURCE_TARGET, f"{place!r} matches more than {FILES_MAX} files.")
    return sorted(found)


def is_of(name: str, kind: SourceKind) -> bool:
    """Return whether a file's name has a suffix of the kind, packed or not; hidden ones never."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return bool(suffixes) and SUFFIXES.get(suffixes[-1]) is kind and not name.startswith((".", "_"))


def body_of_files(
    kind: SourceKind,
    files: Sequence[str],
    columns: Columns,
    options: Mapping[str, Any],
    *,
    where: str = "",
) -> ScanBody | ArrowBody:
    """Return how files are read as the columns that they had when they were registered."""
    place = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
    if kind is SourceKind.ARROW:
        names = list(files)
        return ArrowBody(lambda: _arrow_dataset(names), where, place)
    select = f"SELECT {quote_names(columns)} FROM {_reader(kind, files, columns, options)}"
    extensions = ("avro",) if kind is SourceKind.AVRO else ()
    return ScanBody(select + (f" WHERE {where}{WALL}" if where else ""), None, extensions, place)


def describe_files(
    duck: Duck, kind: SourceKind, files: Sequence[Path], options: Mapping[str, Any]
) -> dict[str, str]:
    """Return the columns of files that agree, as DuckDB names their types.

    Text files agree if their columns have the same names and no column is text in one and numbers
    in another; JSON may leave columns out. Others must have the same names and types.

    Raises:
        E_SOURCE_CORRUPT: a file cannot be read; it is named.
        E_SOURCE_DRIFT: a file differs from the first; file and column are named.
    """
    first = _describe(duck, kind, files[:1], options)
    for file in files[1:]:
        _compare(kind, files[0], first, file, _describe(duck, kind, [file], options))
    if len(files) == 1 or kind not in (SourceKind.CSV, SourceKind.JSON, SourceKind.JSONL):
        return first
    return _describe(duck, kind, files, options)


def _describe(
    duck: Duck, kind: SourceKind, files: Sequence[Path], options: Mapping[str, Any]
) -> dict[str, str]:
    names = [str(file) for file in files]
    try:
        if kind is SourceKind.AVRO:
            duck.load("avro")
        if kind is SourceKind.ARROW:
            objects = {"evigate_arrow": _arrow_dataset(names)}
            table = duck.table("DESCRIBE SELECT * FROM evigate_arrow", objects)
        else:
            reader = _reader(kind, names, None, options)
            table = duck.table(f"DESCRIBE SELECT * FROM {reader}")
    except (EvigateError, pa.ArrowException, OSError) as error:
        if isinstance(error, EvigateError) and error.code is E_SQL_EXTENSION:
            raise
        which = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        raise EvigateError(
            E_SOURCE_CORRUPT, f"{which!r} cannot be read as {kind.value}: {_message(error)}"
        ) from error
    columns = dict(
        zip(table["column_name"].to_pylist(), table["column_type"].to_pylist(), strict=True)
    )
    if len(columns) > COLUMNS_MAX:
        raise EvigateError(E_SOURCE_TARGET, f"{names[0]!r} has more than {COLUMNS_MAX} columns.")
    return columns


def _compare(kind: SourceKind, first: Path, left: Columns, file: Path, right: Columns) -> None:
    is_json = kind in (SourceKind.JSON, SourceKind.JSONL)
    if not is_json:
        odd = [name for name in left if name not in right] + [
            name for name in right if name not in left
        ]
        if odd:
            has = "lacks" if odd[0] in left else "adds"
            raise EvigateError(
                E_SOURCE_DRIFT,
                f"{str(file)!r} {has} the column {odd[0]!r} ({first.name!r} differs).",
            )
    for name in left:
        a, b = left[name], right.get(name, left[name])
        is_text = is_json or kind is SourceKind.CSV
        if _family(a) != _family(b) if is_text else a != b:
            raise EvigateError(
                E_SOURCE_DRIFT,
                f"{str(file)!r} has {b} in the column {name!r}, where {first.name!r} has {a}.",
            )


def _family(type: str) -> str:
    if type == "JSON":
        return "JSON"
    if type.endswith("]") or type.startswith(("STRUCT", "MAP")):
        return "nested"
    if type.startswith(("DATE", "TIME")):
        return "moment"
    return type if type in ("VARCHAR", "BOOLEAN", "UUID") else "number"


def _reader(
    kind: SourceKind, files: Sequence[str], columns: Columns | None, options: Mapping[str, Any]
) -> str:
    parts = [quote_texts(files) if len(files) > 1 else quote_text(files[0])]
    if kind is SourceKind.PARQUET:
        parts += ["hive_partitioning = false", f"union_by_name = {len(files) > 1}"]
    if kind in (SourceKind.CSV, SourceKind.JSON, SourceKind.JSONL):
        parts += ["sample_size = -1"] if columns is None else [f"columns = {_struct(columns)}"]
    if kind is SourceKind.CSV:
        parts += [
            f"{_OPTION_NAMES[name]} = {_literal(options[name])}"
            for name in _OPTION_NAMES
            if name in options
        ]
    if kind is SourceKind.JSONL:
        parts.append("format = 'newline_delimited'")
    if kind is SourceKind.JSON:
        parts.append("format = 'auto'")
    return f"{_READERS[kind]}({', '.join(parts)})"


def _struct(columns: Columns) -> str:
    fields = ", ".join(f"{quote_text(name)}: {quote_text(kind)}" for name, kind in columns.items())
    return "{" + fields + "}"


def _literal(value: object) -> str:
    return str(value).upper() if isinstance(value, bool) else quote_text(str(value))


def _message(error: BaseException) -> str:
    return error.message if isinstance(error, EvigateError) else str(error).splitlines()[0]


def _arrow_dataset(names: Sequence[str]) -> Any:
    """Return Arrow files as one dataset; its module brings pandas with it, so it loads on use."""
    import pyarrow.dataset as ds

    return ds.dataset(list(names), format="ipc")
