"""A version's manifest: what it is made of, from what, by what; canonical JSON beside the Parquet.

Entries are a log: rows, and deletions that hold for the entries before them. Of two rows with one
key the later stands. The definition's hash says how a table is made; the anchors say from which
inputs, and are not in the hash.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson

from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Anchor
from evigate.engine.tables.errors import E_TABLE_DAMAGED
from evigate.engine.tables.files import FileFact

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of the log; `segment_id` names the index over its rows, if there is one."""

    type: Literal["rows", "deletes"]
    file: FileFact
    segment_id: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a version says of itself."""

    table: str
    kind: str
    version: int
    parent_version: int | None
    definition: Mapping[str, Any]
    definition_hash: str
    schema: str
    environment: Mapping[str, Any]
    anchors: tuple[Anchor, ...]
    entries: tuple[Entry, ...]
    row_count: int
    masked_rows: int
    produced_by: str
    produced_at: str
    format: int = FORMAT

    def to_bytes(self) -> bytes:
        """Return canonical JSON: the same manifest is the same bytes."""
        return canonical_json(asdict(self))

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Read a manifest.

        Raises:
            EvigateError[E_TABLE_DAMAGED]: it is no manifest, or of a later format.
        """
        try:
            value = orjson.loads(data)
            if value["format"] > FORMAT:
                message = (
                    f"The manifest is of format {value['format']}; this version reads {FORMAT}."
                )
                raise EvigateError(E_TABLE_DAMAGED, message)
            entries = tuple(
                Entry(each["type"], FileFact(**each["file"]), each["segment_id"])
                for each in value.pop("entries")
            )
            anchors = tuple(Anchor(**each) for each in value.pop("anchors"))
            return cls(**value, entries=entries, anchors=anchors)
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise EvigateError(E_TABLE_DAMAGED, f"The manifest cannot be read: {error}.") from error
