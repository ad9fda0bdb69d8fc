"""The verb of convergence: a shipped kit's bundle, made in memory and held against a project."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.studio.kits.errors import E_KIT_NOT_FOUND
from evigate.studio.kits.folder import find_kit, load_kit, read_folder, shipped_kits
from evigate.studio.kits.rendering import render_kit
from evigate.studio.kits.scoring import Convergence, convergence
from evigate.studio.specification.service import Specification, SpecificationService


@dataclass(frozen=True, slots=True)
class Scored:
    """A kit held against a version of a specification."""

    kit_id: str
    kit_version: str
    name: str
    specification: str
    found: Convergence


class ScoreService:
    """Scores of every tenant's projects."""

    def __init__(self, specifications: SpecificationService) -> None:
        self.guard = specifications.guard
        self._specifications = specifications

    async def score(
        self, subject: Subject, project_id: UUID, kit_id: str, *, version: str | None = None
    ) -> Scored:
        """
        Make a shipped kit's files of a specification, write none, and score them.

        Args:
            version: of the specification; the newest where none is named.

        Raises:
            EvigateError[E_PROJECT_NOT_FOUND | E_SPECIFICATION_NOT_FOUND | E_KIT_INPUT]
            EvigateError[E_KIT_NOT_FOUND]: no kit of that id comes with the package.
        """
        spec = await self._specifications.show(subject, project_id, version)
        if kit_id not in shipped_kits():
            known = ", ".join(shipped_kits())
            raise EvigateError(E_KIT_NOT_FOUND, f"There is no kit {kit_id!r}; there are {known}.")
        return await asyncio.to_thread(_scored, spec, kit_id)


def _scored(spec: Specification, kit_id: str) -> Scored:
    kit = load_kit(read_folder(find_kit(kit_id)))
    files: Mapping[str, bytes] = render_kit(kit, spec.payload).files
    found = convergence(spec.payload, files)
    return Scored(kit_id, kit.manifest.version, spec.name, spec.head.version, found)
