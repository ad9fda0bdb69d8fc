"""The verbs on data sets: list, add, fetch, allow, remove, and give a notebook its files."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import fetch_url, register_blob
from evigate.gate import DECIDE
from evigate.kernel.access import require
from evigate.kernel.events import audit
from evigate.papers.datasets import (
    Catalog,
    DatasetEntry,
    Loader,
    Sources,
    make_file,
    needs_file,
    using_catalog,
    write_file,
)
from evigate.papers.datasets import store as datasets_store
from evigate.papers.datasets.adding import DatasetSpec, MadeDataset, make_dataset
from evigate.papers.datasets.catalog import STORED
from evigate.papers.datasets.models import Prepared
from evigate.papers.datasets.registry import REGISTRY
from evigate.papers.datasets.remote import Fetch, Repositories, fetch_dataset
from evigate.papers.datasets.resolve import FORBIDDEN_LICENCES
from evigate.papers.errors import (
    E_DATASET_INVALID,
    E_DATASET_LICENCE,
    E_DATASET_NOT_FOUND,
    E_DATASET_UNAVAILABLE,
)
from evigate.papers.permissions import READ, WRITE
from evigate.papers.plan.models import Plan
from evigate.papers.verbs_papers import PaperVerbs

DATASET_MEDIA_TYPE = "application/x-npz"
DATASET_BYTES_MAX = 512 * 1024 * 1024
REASON_MAX = 1000


class DatasetVerbs(PaperVerbs):
    """What can be done with a data set."""

    # Where files of data sets are looked for, and how repositories are reached.
    datasets_dir: Path | None = None
    repositories = Repositories()

    async def fetch_bytes(self, url: str) -> bytes:
        """Return what a repository's public address serves."""
        return await fetch_url(url, max_bytes=DATASET_BYTES_MAX)

    async def catalog(self, subject: Subject) -> Catalog:
        """Return the data sets that can be named here: the registry's and the tenant's own."""
        require(subject, READ)
        async with self.database.tx(subject) as tx:
            added = await datasets_store.list_added(tx)
        return await asyncio.to_thread(Catalog, Sources(self.datasets_dir), added)

    async def get_dataset(self, subject: Subject, name: str) -> DatasetEntry:
        """Return one data set by its name or one of its aliases.

        Raises:
            EvigateError[E_DATASET_NOT_FOUND]: neither the registry nor the tenant has it.
        """
        from evigate.papers.datasets import resolve

        with using_catalog(await self.catalog(subject)) as catalog:
            entry = catalog.find(name) or resolve(name).entry
        if entry is None:
            raise EvigateError(E_DATASET_NOT_FOUND, f"There is no data set {name!r}.")
        return entry

    async def add_dataset(
        self, subject: Subject, spec: DatasetSpec, files: Sequence[bytes]
    ) -> DatasetEntry:
        """Take in a data set's files, make its packed file and keep that; a name is replaced.

        Raises:
            EvigateError[E_DATASET_INVALID]: the files are not of the reader's form, or the name is
                one of the registry's.
            EvigateError[E_DATASET_LICENCE]: its licence forbids use.
        """
        require(subject, WRITE)
        _refuse_known(spec.name)
        made = await asyncio.to_thread(make_dataset, spec, files)
        return await self._keep(subject, made)

    async def fetch_dataset(self, subject: Subject, reference: str, name: str) -> DatasetEntry:
        """Fetch "openml:ID", "uci:ID" or "huggingface:owner/set" and keep it under a name.

        Raises: as `add_dataset`; and as fetching, for a repository that does not answer.
        """
        require(subject, WRITE)
        _refuse_known(name)
        fetch: Fetch = self.fetch_bytes
        return await self._keep(
            subject, await fetch_dataset(reference, name, fetch, self.repositories)
        )

    async def _keep(self, subject: Subject, made: MadeDataset) -> DatasetEntry:
        entry = made.entry
        if entry.licence in FORBIDDEN_LICENCES:
            message = f"The licence of {entry.title}, {entry.licence}, forbids its use."
            raise EvigateError(E_DATASET_LICENCE, message)
        assert subject.tenant_id is not None
        blob = await self.storage.put(subject.tenant_id, made.content)
        async with self.database.tx(subject) as tx:
            await register_blob(tx, blob, DATASET_MEDIA_TYPE)
            await datasets_store.put_dataset(
                tx, entry, sha256=blob.digest, size_bytes=len(made.content)
            )
            await audit(tx, "dataset_added", name=entry.name, sha256=blob.digest)
        return await self.get_dataset(subject, entry.name)

    async def allow_dataset(self, subject: Subject, name: str, reason: str) -> DatasetEntry:
        """Let a set be used whose licence is not known, as an owner, with a reason.

        Raises:
            EvigateError[E_DATASET_NOT_FOUND]: there is no such set.
            EvigateError[E_DATASET_LICENCE]: its licence forbids use, whatever the reason.
        """
        require(subject, DECIDE)
        entry = await self.get_dataset(subject, name)
        if entry.licence in FORBIDDEN_LICENCES or entry.blocked_reason:
            message = f"{entry.title} may not be used: {entry.blocked_reason or entry.licence}."
            raise EvigateError(E_DATASET_LICENCE, message)
        words = " ".join(reason.split())
        if not 1 <= len(words) <= REASON_MAX:
            message = f"A reason has 1 to {REASON_MAX} characters."
            raise EvigateError(E_DATASET_INVALID, message)
        async with self.database.tx(subject) as tx:
            await datasets_store.allow_dataset(tx, entry.name, words)
            await audit(tx, "dataset_allowed", name=entry.name, reason=words)
        return await self.get_dataset(subject, entry.name)

    async def remove_dataset(self, subject: Subject, name: str) -> None:
        """Remove what the tenant added of a set, or allowed; the registry's own stay.

        Raises:
            EvigateError[E_DATASET_NOT_FOUND]: the tenant added and allowed none such.
        """
        require(subject, WRITE)
        async with self.database.tx(subject) as tx:
            if not await datasets_store.remove_dataset(tx, name):
                message = f"You have added and allowed no data set {name!r}."
                raise EvigateError(E_DATASET_NOT_FOUND, message)
            await audit(tx, "dataset_removed", name=name)

    async def dataset_file(self, subject: Subject, name: str) -> tuple[DatasetEntry, bytes]:
        """Return a set and the file that notebooks read; the same bytes each time.

        Raises:
            EvigateError[E_DATASET_UNAVAILABLE]: its files are not here, or it needs none.
            EvigateError[E_DATASET_CHANGED]: they are not the published ones.
        """
        catalog = await self.catalog(subject)
        entry = await self.get_dataset(subject, name)
        if isinstance(entry.loader, Loader):
            message = f"{entry.title} needs no file: scikit-learn brings it."
            raise EvigateError(E_DATASET_UNAVAILABLE, message)
        if entry.loader is None or not needs_file(entry):
            message = catalog.missing(entry.name) or f"{entry.title} cannot be had offline."
            raise EvigateError(E_DATASET_UNAVAILABLE, message)
        return entry, await self._content(subject, entry, catalog)

    async def _content(self, subject: Subject, entry: DatasetEntry, catalog: Catalog) -> bytes:
        assert isinstance(entry.loader, Prepared)
        if entry.loader.reader != STORED:
            return await asyncio.to_thread(make_file, entry, catalog.sources)
        assert subject.tenant_id is not None
        content = await self.storage.get(subject.tenant_id, entry.loader.sha256)
        if sha256_hex(content) != entry.loader.sha256:
            message = f"The kept file of {entry.title} is damaged: add it again."
            raise EvigateError(E_DATASET_UNAVAILABLE, message)
        return content

    async def prepare_data(self, subject: Subject, plan: Plan, folder: Path) -> Path | None:
        """Write the files that a plan's notebook reads into a folder; None if it reads none."""
        catalog = await self.catalog(subject)
        names = {d.name for d in plan.datasets} | {plan.dataset.name}
        names |= {model.dataset for model in plan.models if model.dataset}
        written = False
        for name in sorted(names):
            entry = catalog.find(name)
            if entry is None or not needs_file(entry):
                continue
            content = await self._content(subject, entry, catalog)
            await asyncio.to_thread(write_file, folder, entry, content)
            written = True
        return folder if written else None


def _refuse_known(name: str) -> None:
    if any(entry.name == name for entry in REGISTRY):
        message = f"The registry has a data set {name!r}: choose another name."
        raise EvigateError(E_DATASET_INVALID, message)
