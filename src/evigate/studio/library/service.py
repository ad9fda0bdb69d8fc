"""The library's verbs: look, write, withdraw, take out, bring in, check.

The packaged library is the same for all and read-only. A tenant's own entry stands in its place
for that tenant alone. Nothing is written that would make the tenant's library wrong: an entry is
checked by itself and with all others, and a bundle comes in whole or not at all.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import audit
from evigate.studio.library.bundles import entries_of, pack_entries, unpack_texts
from evigate.studio.library.checks import Finding, check_library
from evigate.studio.library.errors import (
    E_LIBRARY_INVALID,
    E_LIBRARY_NOT_FOUND,
    E_LIBRARY_STALE,
)
from evigate.studio.library.loader import KINDS, dump_yaml, packaged_library, parse_yaml, read_entry
from evigate.studio.library.mending import mend_texts
from evigate.studio.library.merged import OwnEntry, entry_of, merged_library, own_entry
from evigate.studio.library.models import Library
from evigate.studio.library.permissions import LIBRARY_READ, LIBRARY_WRITE
from evigate.studio.library.store import (
    ItemVersion,
    find_own,
    list_own,
    list_versions,
    lock_library,
    write_version,
)
from evigate.studio.planning.mistakes import (
    Mistake,
    MistakeKind,
    strategy_for,
    tell_outcome,
)

Origin = Literal["packaged", "own", "override"]
FINDINGS_TOLD = 5


@dataclass(frozen=True, slots=True)
class LibraryItem:
    """An entry in a list: `version` counts the tenant's own versions, 0 for a packaged entry."""

    kind: str
    key: str
    title: str
    origin: Origin
    version: int


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """An entry with its text as YAML and the tenant's versions, newest first."""

    item: LibraryItem
    text: str
    versions: tuple[ItemVersion, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a bundle brought: keys as `kind/key`; `mended` are the faults its texts had."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    mended: tuple[str, ...] = ()


class LibraryService:
    """Libraries of every tenant."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def library(self, subject: Subject) -> Library:
        """Return the tenant's library; the packaged one itself without entries of its own."""
        require(subject, LIBRARY_READ)
        async with self.database.tx(subject) as tx:
            return await self.library_in(tx)

    async def library_in(self, tx: Tx) -> Library:
        """Return the library of the transaction's tenant, as the transaction sees it."""
        require(tx.subject, LIBRARY_READ)
        return merged_library(await _own(tx))

    async def list_items(
        self, subject: Subject, *, kind: str | None = None, words: str = "", own_only: bool = False
    ) -> list[LibraryItem]:
        """
        Return the entries, by kind and then key.

        Args:
            subject: who asks.
            kind: of this kind alone.
            words: with these words in key or title, each of them.
            own_only: those that the tenant wrote.

        Raises:
            EvigateError[E_LIBRARY_NOT_FOUND]: there is no such kind.
        """
        require(subject, LIBRARY_READ)
        async with self.database.tx(subject) as tx:
            own = {(each.kind, each.key): each.version for each in await list_own(tx)}
            library = merged_library(await _own(tx))
        wanted = words.lower().split()
        found = []
        for each in [_kind(kind)] if kind else list(KINDS):
            for entry in sorted(getattr(library, each), key=lambda entry: str(entry.key)):
                text = f"{entry.key} {entry.title}".lower()
                if all(word in text for word in wanted):
                    found.append(_item(each, entry, own.get((each, entry.key), 0)))
        return [each for each in found if each.origin != "packaged" or not own_only]

    async def show(self, subject: Subject, kind: str, key: str) -> LibraryEntry:
        """
        Return an entry as it holds for the tenant.

        Raises:
            EvigateError[E_LIBRARY_NOT_FOUND]: neither the package nor the tenant has it.
        """
        require(subject, LIBRARY_READ)
        async with self.database.tx(subject) as tx:
            library = merged_library(await _own(tx))
            entry = entry_of(library, _kind(kind), key)
            own = await find_own(tx, kind, key)
            versions = await list_versions(tx, kind, key)
        if entry is None:
            raise _not_found(kind, key)
        # A withdrawn entry has a version to go on from, though the packaged one holds again.
        version = own.version if own else 0
        item = _item(kind, entry, version, is_withdrawn=own is not None and own.is_withdrawn)
        return LibraryEntry(item, dump_yaml(entry), tuple(versions))

    async def version(self, subject: Subject, kind: str, key: str) -> int:
        """Return the number of the tenant's newest version of an entry, 0 where it has none."""
        require(subject, LIBRARY_READ)
        async with self.database.tx(subject) as tx:
            own = await find_own(tx, _kind(kind), key)
        return own.version if own else 0

    async def write(
        self, subject: Subject, kind: str, key: str, text: str, *, version_seen: int
    ) -> LibraryEntry:
        """
        Write the tenant's own entry, in place of a packaged one of the key or as a new one.

        Args:
            subject: who writes.
            kind: of the entry.
            key: of the entry; the text has the same.
            text: the entry as YAML.
            version_seen: the tenant's version that was edited; 0 where there was none.

        Raises:
            EvigateError[E_LIBRARY_INVALID]: the entry does not check, alone or with the others.
            EvigateError[E_LIBRARY_STALE]: somebody wrote it meanwhile; the detail has both texts.
        """
        require(subject, LIBRARY_WRITE)
        entry = _read(_kind(kind), key, text)
        plain = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        async with self.database.tx(subject) as tx:
            await lock_library(tx)
            await _put(tx, kind, key, plain, version_seen=version_seen, text=text)
            await _check(merged_library(await _own(tx)))
            await audit(tx, "library_entry_written", kind=kind, key=key)
        return await self.show(subject, kind, key)

    async def withdraw(self, subject: Subject, kind: str, key: str, *, version_seen: int) -> None:
        """
        Take the tenant's own entry back; a packaged one of the key holds again.

        Raises:
            EvigateError[E_LIBRARY_NOT_FOUND]: the tenant has no entry of its own there.
            EvigateError[E_LIBRARY_STALE]: somebody wrote it meanwhile.
            EvigateError[E_LIBRARY_INVALID]: other entries of the tenant rest on it.
        """
        require(subject, LIBRARY_WRITE)
        async with self.database.tx(subject) as tx:
            await lock_library(tx)
            own = await find_own(tx, _kind(kind), key)
            if own is None or own.is_withdrawn:
                raise _not_found(kind, key)
            await _put(tx, kind, key, None, version_seen=version_seen, text="")
            await _check(merged_library(await _own(tx)))
            await audit(tx, "library_entry_withdrawn", kind=kind, key=key)

    async def export(self, subject: Subject, *, own_only: bool = False) -> bytes:
        """Return the tenant's library as a zip of YAML; its own entries alone when asked for."""
        require(subject, LIBRARY_READ)
        async with self.database.tx(subject) as tx:
            own = await _own(tx)
        library = merged_library(own)
        keys = {(kind, key) for kind, key, _ in own}
        return pack_entries(
            (kind, entry)
            for kind in KINDS
            for entry in getattr(library, kind)
            if not own_only or (kind, entry.key) in keys
        )

    async def bring_in(
        self, subject: Subject, content: bytes, *, is_rehearsal: bool = False
    ) -> Imported:
        """
        Write the entries of a zip that differ from what holds; all of them or none.

        Args:
            subject: who writes.
            content: the zip, as `export` makes it.
            is_rehearsal: check and tell, and write nothing.

        Raises:
            EvigateError[E_LIBRARY_INVALID]: the zip or an entry of it does not check.
        """
        require(subject, LIBRARY_WRITE)
        entries, mended = await self._read(subject, unpack_texts(content))
        async with self.database.tx(subject) as tx:
            await lock_library(tx)
            own = await _own(tx)
            library = merged_library(own)
            before = {(kind, each.key): each for kind in KINDS for each in getattr(library, kind)}
            told: dict[str, list[str]] = {"created": [], "changed": [], "unchanged": []}
            after = {(kind, key): (kind, key, raw) for kind, key, raw in own}
            for kind, entry in entries:
                held = before.get((kind, entry.key))
                how = "created" if held is None else "unchanged" if held == entry else "changed"
                told[how].append(f"{kind}/{entry.key}")
                if how != "unchanged":
                    plain = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
                    after[kind, entry.key] = own_entry(kind, entry.key, plain)
                    if not is_rehearsal:
                        present = await find_own(tx, kind, entry.key)
                        seen = present.version if present else 0
                        await write_version(tx, kind, entry.key, plain, version_seen=seen)
            await _check(merged_library(list(after.values())))
            if not is_rehearsal:
                await audit(tx, "library_imported", entries=len(told["created"] + told["changed"]))
        created, changed, unchanged = (tuple(each) for each in told.values())
        return Imported(created, changed, unchanged, mended)

    async def _read(
        self, subject: Subject, texts: Mapping[str, bytes]
    ) -> tuple[list[tuple[str, Any]], tuple[str, ...]]:
        """Return a bundle's entries, its texts mended where that alone lets them be read."""
        try:
            return entries_of(texts), ()
        except EvigateError as error:
            better, faults = mend_texts(texts)
            mistake = Mistake(
                MistakeKind.VALIDATION_FAILURE,
                "library.bring_in",
                ", ".join(faults),
                "A bundle's texts could not be read as they stood.",
            )
            if not faults or not await self._is_worth_trying(subject, mistake):
                raise
            try:
                entries = entries_of(better)
            except EvigateError:
                await self._tell_outcome(subject, mistake, is_fixed=False)
                raise error from None
            await self._tell_outcome(subject, mistake, is_fixed=True)
            return entries, faults

    async def _is_worth_trying(self, subject: Subject, mistake: Mistake) -> bool:
        async with self.database.tx(subject) as tx:
            return await strategy_for(tx, mistake) is not None

    async def _tell_outcome(self, subject: Subject, mistake: Mistake, *, is_fixed: bool) -> None:
        async with self.database.tx(subject) as tx:
            await tell_outcome(tx, mistake, is_fixed=is_fixed)

    async def check(self, subject: Subject) -> list[Finding]:
        """Return what is wrong between the entries of the tenant's library; none is right."""
        return await asyncio.to_thread(check_library, await self.library(subject))


async def _own(tx: Tx) -> list[OwnEntry]:
    return [
        own_entry(each.kind, each.key, each.entry)
        for each in await list_own(tx)
        if each.entry is not None
    ]


async def _put(
    tx: Tx,
    kind: str,
    key: str,
    plain: Mapping[str, Any] | None,
    *,
    version_seen: int,
    text: str,
) -> None:
    present = await find_own(tx, kind, key)
    version = present.version if present else 0
    if version == version_seen and await write_version(
        tx, kind, key, plain, version_seen=version_seen
    ):
        return
    held = present.entry if present and present.entry is not None else None
    raise EvigateError(
        E_LIBRARY_STALE,
        f"{kind}/{key} is at version {version}; your change rests on version {version_seen}.",
        detail={
            "version": version,
            "present": dump_yaml(held) if held is not None else "",
            "yours": text,
        },
    )


def _read(kind: str, key: str, text: str) -> Any:
    place = f"{kind}/{key}"
    entry = read_entry(kind, parse_yaml(text, path=place), place=place)
    if entry.key != key:
        message = f"{place}: the text is of {entry.key!r}; key and text must be of the same entry."
        raise EvigateError(E_LIBRARY_INVALID, message)
    return entry


async def _check(library: Library) -> None:
    if library is packaged_library():
        return
    findings = await asyncio.to_thread(check_library, library)
    if findings:
        told = "; ".join(f"{each.where}: {each.problem}" for each in findings[:FINDINGS_TOLD])
        raise EvigateError(
            E_LIBRARY_INVALID,
            f"With the other entries it would be wrong: {told}.",
            detail={"findings": [{"at": f.where, "problem": f.problem} for f in findings]},
        )


def _kind(kind: str) -> str:
    if kind not in KINDS:
        message = f"There is no kind {kind!r}; there are {', '.join(KINDS)}."
        raise EvigateError(E_LIBRARY_NOT_FOUND, message)
    return kind


def _item(kind: str, entry: Any, version: int, *, is_withdrawn: bool = False) -> LibraryItem:
    origin: Origin = "packaged"
    if version and not is_withdrawn:
        is_over = entry_of(packaged_library(), kind, entry.key) is not None
        origin = "override" if is_over else "own"
    return LibraryItem(kind, entry.key, entry.title, origin, version)


def _not_found(kind: str, key: str) -> EvigateError:
    return EvigateError(E_LIBRARY_NOT_FOUND, f"The library has no {kind}/{key}.")
