"""What a source points to, told from its text: a file, a bucket or a database.

Passwords are taken out here, so that what is kept and shown has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceKind
from evigate.engine.sources.errors import E_SOURCE_FORMAT, E_SOURCE_OPTION, E_SOURCE_TARGET

SUFFIXES: Mapping[str, SourceKind] = {
    ".parquet": SourceKind.PARQUET,
    ".pq": SourceKind.PARQUET,
    ".csv": SourceKind.CSV,
    ".tsv": SourceKind.CSV,
    ".json": SourceKind.JSON,
    ".jsonl": SourceKind.JSONL,
    ".ndjson": SourceKind.JSONL,
    ".avro": SourceKind.AVRO,
    ".arrow": SourceKind.ARROW,
    ".feather": SourceKind.ARROW,
    ".ipc": SourceKind.ARROW,
    ".sqlite": SourceKind.SQLITE,
    ".sqlite3": SourceKind.SQLITE,
    ".db": SourceKind.SQLITE,
    ".duckdb": SourceKind.DUCKDB,
}
PACKED = frozenset({".gz", ".zst"})
CLOUD = frozenset({"s3", "gs", "az"})
SERVERS: Mapping[str, tuple[SourceKind, int]] = {
    "postgresql": (SourceKind.POSTGRES, 5432),
    "postgres": (SourceKind.POSTGRES, 5432),
    "mysql": (SourceKind.MYSQL, 3306),
    "mariadb": (SourceKind.MYSQL, 3306),
}
FILE_KINDS = frozenset(
    {
        SourceKind.PARQUET,
        SourceKind.CSV,
        SourceKind.JSON,
        SourceKind.JSONL,
        SourceKind.AVRO,
        SourceKind.ARROW,
    }
)
READING = frozenset({"delimiter", "header", "quote", "escape", "null", "encoding", "columns"})
CLOUD_OPTIONS = frozenset({"endpoint", "region", "anonymous"})
CLOUD_SECRETS = frozenset({"access_key_id", "secret_access_key", "session_token"}) | frozenset(
    {"account_name", "account_key", "sas_token", "service_account_key"}
)
DATABASE_OPTIONS = frozenset({"table", "schema", "watermark", "columns"})


@dataclass(frozen=True, slots=True)
class Target:
    """A place to read: `uri` is what is kept, `place` where it is (path, URL or database)."""

    kind: SourceKind
    uri: str
    place: str
    options: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict)

    @property
    def scheme(self) -> str:
        """The scheme of a URL in object storage, "" of a local path."""
        head, mark, _ = self.uri.partition("://")
        return head if mark and head in CLOUD else ""


def read_target(text: str, options: Mapping[str, Any], *, format: str | None = None) -> Target:
    """Return what a path, URL or DSN points to.

    Raises:
        E_SOURCE_TARGET: its scheme is unknown, or it is incomplete.
        E_SOURCE_FORMAT: the format is unknown or cannot be told.
        E_SOURCE_OPTION: an option is not one of this kind's.
    """
    if not text.strip() or "\0" in text:
        raise EvigateError(E_SOURCE_TARGET, f"{text!r} points to nothing.")
    scheme = text.partition("://")[0].lower() if "://" in text else ""
    if scheme in SERVERS:
        return _server(text, scheme, dict(options))
    if scheme in ("sqlite", "duckdb"):
        return _embedded(text, SourceKind(scheme), dict(options))
    if scheme and scheme not in CLOUD and scheme != "file":
        known = ", ".join(sorted([*CLOUD, *SERVERS, "sqlite", "duckdb", "file"]))
        raise EvigateError(E_SOURCE_TARGET, f"The scheme {scheme!r} is none of {known}.")
    kind = kind_of(text, format)
    if kind not in FILE_KINDS:
        return _embedded(f"{kind}:///{text}", kind, dict(options))
    if scheme in CLOUD:
        given, secrets = _cloud(options)
        return Target(kind, text, text, given, secrets)
    path = unquote(urlsplit(text).path) if scheme == "file" else text
    place = str(Path(path).expanduser().absolute())
    return Target(kind, place, place, _chosen(options, READING))


def kind_of(text: str, format: str | None) -> SourceKind:
    """Return the kind by the name of the format, else by the suffix.

    Raises:
        E_SOURCE_FORMAT: neither tells; the message lists the formats.
    """
    valid = [kind.value for kind in SourceKind if kind in FILE_KINDS]
    if format is not None:
        if format.lower() not in (*valid, "sqlite", "duckdb"):
            raise EvigateError(
                E_SOURCE_FORMAT, f"The format {format!r} is none of {', '.join(valid)}."
            )
        return SourceKind(format.lower())
    kinds = _local_kinds(text)
    suffixes = [suffix.lower() for suffix in Path(text.rstrip("/")).suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    kind = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if kind is None and len(kinds) == 1:
        return kinds.pop()
    if kind is None:
        raise EvigateError(
            E_SOURCE_FORMAT,
            f"The format of {text!r} cannot be told; say format= with one of {', '.join(valid)}.",
        )
    return kind


def _local_kinds(text: str) -> set[SourceKind]:
    """The kinds of the files in a folder; nothing for a URL."""
    if "://" in text or not Path(text).is_dir():
        return set()
    names = (path for path in Path(text).rglob("*") if path.is_file())
    return {SUFFIXES[path.suffix.lower()] for path in names if path.suffix.lower() in SUFFIXES}


def _server(text: str, scheme: str, options: dict[str, Any]) -> Target:
    try:
        parts = urlsplit(text)
        kind, port = SERVERS[scheme][0], parts.port or SERVERS[scheme][1]
    except ValueError as error:
        raise EvigateError(E_SOURCE_TARGET, "The DSN's port is not a number.") from error
    query = dict(parse_qsl(parts.query))
    options = {**query, **options}
    database = unquote(parts.path.strip("/"))
    host = parts.hostname or options.pop("host", "localhost")
    if not database:
        raise EvigateError(E_SOURCE_TARGET, f"The DSN of {host!r} names no database.")
    user = unquote(parts.username or "")
    uri = f"{scheme}://{user + '@' if user else ''}{host}:{port}/{database}"
    secrets = {"password": unquote(parts.password)} if parts.password else {}
    secrets |= {"password": str(options.pop("password"))} if "password" in options else {}
    chosen = _chosen(options, DATABASE_OPTIONS)
    schema, table = _table(chosen, uri)
    default = "public" if kind is SourceKind.POSTGRES else database
    place = {"host": host, "port": str(port), "user": user, "database": database}
    return Target(
        kind,
        uri,
        database,
        {**chosen, "schema": schema or default, "table": table, "server": place},
        secrets,
    )


def _embedded(text: str, kind: SourceKind, options: dict[str, Any]) -> Target:
    body = text.partition(":///")[2]
    path, _, query = body.partition("?")
    chosen = _chosen({**dict(parse_qsl(query)), **options}, DATABASE_OPTIONS)
    place = Path(unquote(path))
    if not body or not path:
        raise EvigateError(E_SOURCE_TARGET, f"Write {kind}:///file?table=name.")
    # sqlite:///a/b is absolute where that file is, else relative, as drivers differ.
    rooted = Path("/", unquote(path))
    place = rooted if rooted.is_file() and not place.is_file() else place.absolute()
    schema, table = _table(chosen, f"{kind}:///{path}")
    return Target(kind, str(place), str(place), {**chosen, "schema": schema, "table": table})


def _table(options: Mapping[str, Any], uri: str) -> tuple[str, str]:
    table = options.get("table")
    if not isinstance(table, str) or not table:
        raise EvigateError(
            E_SOURCE_OPTION, f"{uri!r} is a database: say which table, by ?table= or options."
        )
    schema, mark, name = table.rpartition(".")
    return (schema, name) if mark else (str(options.get("schema") or ""), table)


def _cloud(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    secrets = {name: str(options[name]) for name in options if name in CLOUD_SECRETS}
    rest = {name: value for name, value in options.items() if name not in CLOUD_SECRETS}
    return _chosen(rest, READING | CLOUD_OPTIONS), secrets


def _chosen(options: Mapping[str, Any], known: frozenset[str]) -> dict[str, Any]:
    strange = sorted(set(options) - known)
    if strange:
        raise EvigateError(
            E_SOURCE_OPTION, f"The option {strange[0]!r} is none of {', '.join(sorted(known))}."
        )
    return {name: value for name, value in options.items() if value is not None}
