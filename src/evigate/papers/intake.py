"""From bytes to a paper: the half that computes, and the half that records.

The same bytes are the same paper, within a tenant. Parsing a PDF takes tenths of a second, so it
happens in a thread, and the last few documents are kept.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import PurePath

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.evidence import (
    NewDocument,
    ParsedDocument,
    create_module,
    read_pdf,
    register_blob,
)
from evigate.evidence.errors import E_FILE_TOO_LARGE
from evigate.kernel.db import Tx
from evigate.kernel.events import audit
from evigate.kernel.storage import BlobRef
from evigate.papers import store
from evigate.papers.models import Paper

PDF_MEDIA_TYPE = "application/pdf"
PARSED_KEPT = 4
TITLE_LENGTH_MAX = 300


@dataclass(frozen=True, slots=True)
class Source:
    """Where bytes came from; `title` overrides the printed one."""

    file_name: str | None = None
    url: str | None = None
    title: str | None = None

    @property
    def uri(self) -> str:
        """The address under which a module knows the document."""
        return self.url or f"upload:{self.file_name or 'paper.pdf'}"


class Library:
    """Parses PDFs off the event loop and keeps the last few results by digest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, ParsedDocument] = OrderedDict()

    async def parse(self, data: bytes) -> ParsedDocument:
        """Return the parsed document; see `read_pdf` for what it raises."""
        digest = sha256_hex(data)
        if digest not in self._kept:
            self._kept[digest] = await asyncio.to_thread(read_pdf, data)
            while len(self._kept) > PARSED_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(digest)
        return self._kept[digest]


def check_size(size_bytes: int, limit_bytes: int) -> None:
    """Refuse a file over the limit.

    Raises:
        EvigateError[E_FILE_TOO_LARGE]
    """
    if size_bytes > limit_bytes:
        message = f"The file is larger than {limit_bytes / 2**20:.0f} MiB."
        raise EvigateError(E_FILE_TOO_LARGE, message)


async def record_paper(tx: Tx, document: ParsedDocument, blob: BlobRef, source: Source) -> Paper:
    """Write a paper's rows, unless the tenant has these very bytes already; return the paper."""
    known = await store.find_paper(tx, blob.digest)
    if known is not None:
        return known
    title = (source.title or document.title or _title_of_file(source))[:TITLE_LENGTH_MAX]
    await register_blob(tx, blob, PDF_MEDIA_TYPE)
    module = await create_module(
        tx,
        title,
        "paper",
        NewDocument(
            title=title,
            source_uri=source.uri,
            sha256=blob.digest,
            file_name=source.file_name,
            metadata={"pages": len(document.pages), "authors": list(document.authors)},
        ),
    )
    paper_id = await store.insert_paper(
        tx, document, module, blob.digest, title=title, source_url=source.url
    )
    await store.put_asset(tx, "pdf", f"papers/{blob.digest}.pdf", blob, paper_id=paper_id)
    await audit(tx, "paper_ingested", paper_id=str(paper_id), sha256=blob.digest)
    paper = await store.get_paper(tx, paper_id)
    assert paper is not None
    return paper


def _title_of_file(source: Source) -> str:
    name = source.file_name or (source.url or "").rsplit("/", 1)[-1]
    return PurePath(name).stem or "Untitled paper"
