"""The verbs on prompts: versioned text with declared inputs; one version of a name is in use.

A prompt's text never changes. Inputs are written `{{name}}`; text and declaration must agree, so
that nothing is left unfilled and nothing is filled that was not declared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.gate.errors import E_PROMPT_INVALID, E_PROMPT_NOT_FOUND, E_PROMPT_TAKEN
from evigate.gate.judges.prompts import INPUT
from evigate.gate.permissions import GOVERN, READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A version of a prompt; `sha256` is of its text."""

    id: UUID
    name: str
    version: str
    content: str
    inputs: list[str]
    metadata: dict[str, Any]
    sha256: str
    created_at: datetime
    is_library: bool = False
    is_active: bool = False

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text with its inputs filled in; a value is never read as an input itself.

        Raises:
            EvigateError[E_PROMPT_INVALID]: a declared input is not given, or another is.
        """
        if set(values) != set(self.inputs):
            message = f"The prompt {self.name!r} takes {sorted(self.inputs)}, not {sorted(values)}."
            raise EvigateError(E_PROMPT_INVALID, message)
        return INPUT.sub(lambda found: values[found[1]], self.content)


async def list_prompts(tx: Tx) -> list[Prompt]:
    """Return every prompt that the tenant sees, by name, the newest first."""
    require(tx.subject, READ)
    return [Prompt(**row) for row in await _queries.list_prompts(tx.connection)]


async def active_prompt(tx: Tx, name: str) -> Prompt:
    """Return the version of a prompt that is in use: the tenant's choice before the library's.

    Raises:
        EvigateError[E_PROMPT_NOT_FOUND]: there is none of that name.
    """
    require(tx.subject, READ)
    row = await _queries.active_prompt(tx.connection, name=name)
    if row is None:
        raise EvigateError(E_PROMPT_NOT_FOUND, f"There is no prompt {name!r}.")
    return Prompt(**row)


async def find_prompt(tx: Tx, name: str, version: str | None) -> Prompt:
    """Return a version of a prompt, the tenant's before the library's; None for the one in use.

    Raises:
        EvigateError[E_PROMPT_NOT_FOUND]: there is none such.
    """
    if version is None:
        return await active_prompt(tx, name)
    found = [e for e in await list_prompts(tx) if (e.name, e.version) == (name, version)]
    if not found:
        raise EvigateError(E_PROMPT_NOT_FOUND, f"The prompt {name!r} has no version {version!r}.")
    return min(found, key=lambda each: each.is_library)


async def add_prompt(
    tx: Tx, name: str, version: str, content: str, *, metadata: Mapping[str, Any] | None = None
) -> Prompt:
    """Write a version of a prompt; its inputs are those that its text names.

    Raises:
        EvigateError[E_PROMPT_TAKEN]: the tenant has that version already.
        EvigateError[E_PROMPT_INVALID]: the name or the text cannot be kept.
    """
    require(tx.subject, GOVERN)
    try:
        async with tx.connection.transaction():
            row = await _queries.insert_prompt(
                tx.connection,
                id=new_uuid(),
                name=name,
                version=version,
                content=content,
                inputs=sorted(set(INPUT.findall(content))),
                metadata=Jsonb(dict(metadata or {})),
            )
    except psycopg.errors.UniqueViolation as error:
        message = f"The prompt {name!r} has a version {version!r} already."
        raise EvigateError(E_PROMPT_TAKEN, message) from error
    except psycopg.errors.CheckViolation as error:
        raise EvigateError(E_PROMPT_INVALID, str(error).splitlines()[0] + ".") from error
    return Prompt(**row)


async def activate_prompt(tx: Tx, prompt_id: UUID) -> None:
    """Put a version in use for this tenant; an older one rolls back."""
    require(tx.subject, GOVERN)
    if not await _queries.activate_prompt(tx.connection, id=prompt_id):
        raise EvigateError(E_PROMPT_NOT_FOUND, f"There is no prompt {str(prompt_id)!r}.")
