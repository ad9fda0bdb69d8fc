"""On whose behalf a source is read, and what probing one finds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import SourceKind, SourceVersion
from evigate.engine.federation.duck import Duck
from evigate.engine.sources.errors import E_SOURCE_TARGET


@dataclass(frozen=True, slots=True)
class SourceContext:
    """One tenant's hands.

    Args:
        tenant: the tenant's id as text; a source with a tenant column shows this tenant's rows.
        folder: the tenant's own folder, for uploads, mirrors and snapshots.
        duck: the tenant's database.
        credentials: of this source, unsealed; what `probe` returned to be sealed.
        roots: folders below which local files may be read, None for everywhere; a server that
            others reach must set it, for their sources could name any file of its own.
    """

    tenant: str
    folder: Path
    duck: Duck
    credentials: Mapping[str, str] | None = None
    roots: tuple[Path, ...] | None = None

    def check_files(self, files: Sequence[Path]) -> None:
        """Refuse local files that lie, links followed, outside the roots and the own folder.

        Raises:
            E_SOURCE_TARGET: one does.
        """
        if self.roots is None:
            return
        allowed = [root.resolve() for root in (self.folder, *self.roots)]
        for file in files:
            real = file.resolve()
            if not any(real.is_relative_to(root) for root in allowed):
                raise EvigateError(E_SOURCE_TARGET, f"{str(file)!r} may not be read from here.")


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What is known of a source once it is probed; the caller makes the row from it.

    `credentials` are to be sealed and handed back in the context; `uri` holds none of them.
    """

    name: str
    kind: SourceKind
    uri: str
    options: Mapping[str, Any]
    schema: bytes
    key_column: str | None
    tenant_column: str | None
    version: SourceVersion
    row_count: int | None
    credentials: Mapping[str, str] | None


def plain_name(text: str) -> str:
    """Return a text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", text)[:80]
