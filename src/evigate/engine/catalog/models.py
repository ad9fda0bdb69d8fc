"""The engine's nouns as values; every sub-room speaks of these and none of them does I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from evigate.base.choices import Choice


class SourceKind(StrEnum):
    """Where a source's rows live."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    AVRO = "avro"
    ARROW = "arrow"
    POSTGRES = "postgres"
    MYSQL = "mysql"
    SQLITE = "sqlite"
    DUCKDB = "duckdb"


class VersionKind(StrEnum):
    """What a source's version is made of; an `instant` decides nothing about sameness."""

    DIGEST = "digest"
    ETAG = "etag"
    SNAPSHOT = "snapshot"
    WATERMARK = "watermark"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class SourceVersion:
    """Which content a source had: equal kind and value mean equal rows, except for instants."""

    kind: VersionKind
    value: str


@dataclass(frozen=True, slots=True)
class Source:
    """A registered source. `schema` is an Arrow schema's IPC bytes; `uri` never holds a password.

    `options` are JSON values of the connector (table, delimiter, ...); credentials are sealed apart
    under `secret_name`.
    """

    id: UUID
    name: str
    kind: SourceKind
    uri: str
    options: Mapping[str, Any]
    schema: bytes
    key_column: str | None
    tenant_column: str | None
    secret_name: str | None
    version: SourceVersion
    row_count: int | None
    created_at: datetime
    updated_at: datetime


class ModelTask(Choice):
    """What a model does with a row."""

    TEXT_EMBEDDING = "text_embedding"
    IMAGE_EMBEDDING = "image_embedding"
    AUDIO_EMBEDDING = "audio_embedding"
    CLASSIFICATION = "classification"
    NER = "ner"
    REGRESSION = "regression"
    RERANK = "rerank"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that the registry knows; `digest` is of its content, "" for a remote or a callable.

    `dimensions` is the width of its vectors, None for other tasks. `status` is registered, training
    or retired. Built-in models are every tenant's and have no row.
    """

    name: str
    version: int
    task: ModelTask
    backend: str
    dimensions: int | None
    digest: str
    location: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    status: str = "registered"
    base_model: str | None = None
    created_at: datetime | None = None

    @property
    def id(self) -> str:
        """Name and version, as tables and evals record it."""
        return f"{self.name}@{self.version}"


class TableKind(Choice):
    """What made a result table."""

    EMBEDDING = "embedding"
    LEXICAL = "lexical"
    INFERENCE = "inference"
    EXTERNAL = "external"
    NEIGHBOR_GRAPH = "neighbor_graph"
    PROPAGATION = "propagation"
    STRUCTURE = "structure"
    CONTEXT_SET = "context_set"
    ASOF_JOIN = "asof_join"
    TRAINING_SET = "training_set"


class CachePolicy(Choice):
    """Whether what is there already may be the answer."""

    USE = "use"
    BYPASS = "bypass"


class Cascade(Choice):
    """What making a table again does to those that derive from it."""

    REPORT_ONLY = "report_only"
    DOWNSTREAM = "downstream"


class Precision(Choice):
    """How an index segment holds its vectors."""

    F32 = "f32"
    BF16 = "bf16"
    F16 = "f16"
    I8 = "i8"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a version of a table was made from: an input by name and the version it had then.

    `kind` is source, table or mutable. An instant `version_kind` cannot be compared later.
    """

    kind: str
    name: str
    version_kind: str
    version: str


@dataclass(frozen=True, slots=True)
class Table:
    """A result table: a stable name whose content has versions.

    `definition` says how it is made (producer, source, columns, model, parameters) and
    `definition_hash` is its hash; `current_version` is None until the first is published.
    """

    id: UUID
    name: str
    kind: TableKind
    source: str | None
    model: str | None
    definition: Mapping[str, Any]
    definition_hash: str
    dimensions: int | None
    key_column: str | None
    current_version: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One published state of a table; `manifest` names its files and their digests."""

    table_id: UUID
    version: int
    parent_version: int | None
    status: str
    manifest_path: str
    manifest_digest: str
    row_count: int
    masked_rows: int
    anchors: tuple[Anchor, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """An index over some of a table's rows, kept beside its Parquet; `path` is a folder.

    `kind` is vector or lexical.
    """

    table_id: UUID
    segment_id: UUID
    kind: str
    path: str
    row_count: int
    precision: Precision | None
    library: str
    first_version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Channel:
    """An evidence channel: `columns` maps names to types in the order of declaration."""

    name: str
    priority: int
    columns: Mapping[str, str]
    is_built_in: bool = False
