"""Modules, stores and documents as values."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from evigate.base.ids import DocumentId, ModuleId

Purpose = Literal["paper", "course", "project"]


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to add: what it is called, where it came from, and its stored bytes."""

    title: str
    source_uri: str
    sha256: str
    file_name: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModuleOfOne:
    """What `create_module` made: a module, its store and its first document."""

    module_id: ModuleId
    store_id: UUID
    store_name: str
    document_id: DocumentId
    evidence_version: str
