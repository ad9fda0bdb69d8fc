"""The routes of data sets, and of claims typed by hand."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.kernel.http import PageOf, responses_of
from evigate.papers.api_shared import attach
from evigate.papers.datasets import DatasetEntry, is_licence_compliant
from evigate.papers.datasets.adding import DatasetSpec
from evigate.papers.datasets.models import Loader, Prepared
from evigate.papers.errors import (
    E_DATASET_CHANGED,
    E_DATASET_INVALID,
    E_DATASET_LICENCE,
    E_DATASET_NOT_FOUND,
    E_DATASET_UNAVAILABLE,
    E_STATEMENT_INVALID,
)
from evigate.papers.service import PapersService
from evigate.papers.statements import CLAIMS_MAX, TEXT_MAX, Statement, TypedClaim
from evigate.papers.verbs_datasets import DATASET_BYTES_MAX

FILES_MAX = 20


class DatasetOut(BaseModel):
    """A data set: what it is, where it is from, whether a run may use it here."""

    name: str
    title: str
    aliases: list[str]
    kind: str
    task: str
    rows: int
    features: int | None
    classes: list[str]
    splits: list[str]
    licence: str | None
    licence_reason: str | None
    is_licence_compliant: bool
    source: str
    is_offline: bool
    blocked_reason: str | None
    sha256: str | None
    size_bytes: int | None
    notes: str

    @classmethod
    def of(cls, entry: DatasetEntry) -> "DatasetOut":
        """Make the wire form."""
        loader = entry.loader
        return cls(
            name=entry.name,
            title=entry.title,
            aliases=list(entry.aliases),
            kind=entry.kind.value,
            task=entry.task.value,
            rows=entry.rows,
            features=entry.features,
            classes=list(entry.classes),
            splits=list(entry.splits),
            licence=entry.licence,
            licence_reason=entry.licence_reason,
            is_licence_compliant=is_licence_compliant(entry),
            source=entry.source,
            is_offline=entry.is_offline,
            blocked_reason=entry.blocked_reason,
            sha256=loader.sha256 if isinstance(loader, Loader | Prepared) else None,
            size_bytes=entry.size_bytes,
            notes=entry.notes,
        )


class FetchIn(BaseModel):
    """A set of a public repository, and the name to keep it under."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(
        max_length=300, examples=["openml:61", "uci:53", "huggingface:glue:sst2"]
    )
    name: str = Field(max_length=64, examples=["iris_openml"])


class AllowIn(BaseModel):
    """Why a set may be used whose licence is not known."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=1000)


class TypedClaimIn(BaseModel):
    """One published number."""

    model_config = ConfigDict(extra="forbid")

    metric: str = Field(min_length=1, max_length=100, examples=["accuracy"])
    value: Decimal = Field(examples=["98.9"])
    method: str = Field(min_length=1, max_length=100, examples=["LDA"])
    dataset: str | None = Field(default=None, max_length=100, examples=["wine"])
    units: str | None = Field(default=None, max_length=20, examples=["%"])
    split: str | None = Field(default=None, max_length=40)


class StatementIn(BaseModel):
    """Claims typed by hand, with where they are published and how they were taken."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=300)
    source: str = Field(min_length=1, max_length=300, examples=["Aeberhard et al. 1992, p. 5"])
    text: str = Field(default="", max_length=TEXT_MAX, examples=["Rates are by leave-one-out."])
    claims: list[TypedClaimIn] = Field(min_length=1, max_length=CLAIMS_MAX)

    def statement(self) -> Statement:
        """Return what was typed as a value."""
        claims = tuple(TypedClaim(**claim.model_dump()) for claim in self.claims)
        return Statement(self.title, self.source, claims, self.text)


class StatementOut(BaseModel):
    """The paper that stands for a statement."""

    paper_id: UUID
    claims_count: int


def read_options(words: list[str]) -> dict[str, str]:
    """Read a reader's options, each "name=value".

    Raises:
        EvigateError[E_DATASET_INVALID]: one has no "=".
    """
    pairs = [word.partition("=") for word in words if word]
    bad = next((name for name, equals, _ in pairs if not equals), None)
    if bad is not None:
        raise EvigateError(E_DATASET_INVALID, f"The option {bad!r} is not of the form name=value.")
    return {name: value for name, _, value in pairs}


def dataset_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    """Add the routes of data sets."""
    _changing_routes(routes, service, subject_of)

    @routes.get("/datasets", tags=["datasets"])
    async def list_datasets(
        subject: Annotated[Subject, subject_of], offline: bool | None = None
    ) -> PageOf[DatasetOut]:
        """List the data sets that can be named: the registry's and your own."""
        entries = (await service.catalog(subject)).entries
        chosen = [entry for entry in entries if offline is None or entry.is_offline == offline]
        return PageOf(items=[DatasetOut.of(entry) for entry in chosen])

    @routes.get("/datasets/{name}", tags=["datasets"], responses=responses_of(E_DATASET_NOT_FOUND))
    async def get_dataset(name: str, subject: Annotated[Subject, subject_of]) -> DatasetOut:
        """Get one, by its name or an alias."""
        return DatasetOut.of(await service.get_dataset(subject, name))

    @routes.get(
        "/datasets/{name}/file",
        tags=["datasets"],
        response_class=Response,
        responses=responses_of(E_DATASET_NOT_FOUND, E_DATASET_UNAVAILABLE, E_DATASET_CHANGED),
    )
    async def dataset_file(name: str, subject: Annotated[Subject, subject_of]) -> Response:
        """Get the file that a notebook reads, to run the notebook by hand."""
        entry, content = await service.dataset_file(subject, name)
        headers = attach(f"{entry.name}.npz")
        return Response(content, media_type="application/octet-stream", headers=headers)

    @routes.post(
        "/papers/statements",
        status_code=201,
        tags=["papers"],
        responses=responses_of(E_STATEMENT_INVALID),
    )
    async def type_claims(
        body: StatementIn, subject: Annotated[Subject, subject_of]
    ) -> StatementOut:
        """Type in published numbers of a paper that is not here; they are planned like any."""
        paper = await service.type_claims(subject, body.statement())
        return StatementOut(paper_id=paper.id, claims_count=len(body.claims))


def _changing_routes(routes: APIRouter, service: PapersService, subject_of: Any) -> None:
    @routes.post(
        "/datasets",
        status_code=201,
        tags=["datasets"],
        responses=responses_of(E_DATASET_INVALID, E_DATASET_LICENCE),
    )
    async def add_dataset(
        subject: Annotated[Subject, subject_of],
        files: Annotated[list[UploadFile], File()],
        name: Annotated[str, Form(max_length=64)],
        reader: Annotated[
            Literal[
                "sentences", "review_archive", "planetoid", "series", "series_npz", "csv", "idx"
            ],
            Form(),
        ],
        title: Annotated[str, Form(max_length=300)] = "",
        licence: Annotated[str | None, Form(max_length=100)] = None,
        aliases: Annotated[list[str] | None, Form()] = None,
        options: Annotated[list[str] | None, Form()] = None,
    ) -> DatasetOut:
        """Add a data set from its files; one of your own of that name is replaced."""
        if len(files) > FILES_MAX:
            raise EvigateError(E_DATASET_INVALID, f"A data set has at most {FILES_MAX} files.")
        contents = [await read_upload(file, DATASET_BYTES_MAX) for file in files]
        spec = DatasetSpec(
            name=name,
            reader=reader,
            title=title,
            aliases=tuple(aliases or ()),
            licence=licence or None,
            options=read_options(options or []),
        )
        return DatasetOut.of(await service.add_dataset(subject, spec, contents))

    @routes.post(
        "/datasets/fetch",
        status_code=201,
        tags=["datasets"],
        responses=responses_of(E_DATASET_INVALID, E_DATASET_LICENCE),
    )
    async def fetch_dataset(body: FetchIn, subject: Annotated[Subject, subject_of]) -> DatasetOut:
        """Fetch a set of OpenML, UCI or Hugging Face and keep it."""
        return DatasetOut.of(await service.fetch_dataset(subject, body.reference, body.name))

    @routes.post(
        "/datasets/{name}/allow",
        tags=["datasets"],
        responses=responses_of(E_DATASET_NOT_FOUND, E_DATASET_INVALID, E_DATASET_LICENCE),
    )
    async def allow_dataset(
        name: str, body: AllowIn, subject: Annotated[Subject, subject_of]
    ) -> DatasetOut:
        """Let a set be used whose licence is not known, as an owner, with a reason."""
        return DatasetOut.of(await service.allow_dataset(subject, name, body.reason))

    @routes.delete(
        "/datasets/{name}",
        status_code=204,
        tags=["datasets"],
        responses=responses_of(E_DATASET_NOT_FOUND),
    )
    async def remove_dataset(name: str, subject: Annotated[Subject, subject_of]) -> None:
        """Remove what you added of a set, or allowed; the registry's own stay."""
        await service.remove_dataset(subject, name)
