"""The routes of the specification."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.gate.errors import E_ARTIFACT_STATE
from evigate.kernel.http import API, Doors, responses_of
from evigate.studio.errors import E_MESSAGE_INVALID, E_PROJECT_NOT_FOUND
from evigate.studio.features.errors import E_BOARD_NOT_FOUND
from evigate.studio.planning.errors import E_QUESTION_PLAN_NOT_FOUND
from evigate.studio.specification.errors import (
    E_SPECIFICATION_BLOCKED,
    E_SPECIFICATION_INVALID,
    E_SPECIFICATION_NOT_FOUND,
    E_STATEMENT_NOT_FOUND,
    E_STATEMENTS_INVALID,
)
from evigate.studio.specification.export import Layout, exported, file_name
from evigate.studio.specification.importing import ALL_BYTES_MAX
from evigate.studio.specification.models import Style
from evigate.studio.specification.service import (
    CHANGE_CHARACTERS,
    COMMENT_CHARACTERS,
    SpecificationService,
)
from evigate.studio.specification.statements import StatementService
from evigate.studio.specification.views import (
    CommentView,
    DifferenceView,
    QuotedRequirement,
    RequirementView,
    SpecificationView,
    StatementView,
    VersionView,
    comment_view,
    difference_view,
    requirement_lines,
    requirement_view,
    specification_view,
    statement_view,
    version_view,
)

ZIP = "application/zip"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
VERSION = r"^\d+\.\d+\.\d+$"
_FOUND = (E_PROJECT_NOT_FOUND, E_SPECIFICATION_NOT_FOUND)
_MADE = (E_PROJECT_NOT_FOUND, E_BOARD_NOT_FOUND, E_QUESTION_PLAN_NOT_FOUND)
VersionIn = Annotated[str | None, Query(pattern=VERSION)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CompileIn(_Wire):
    """How requirements are worded; as in the version before where it is left out."""

    style: Style | None = None


class ImpactIn(_Wire):
    """A claim, and what it would say; null for as if it had not been made."""

    claim_id: UUID
    text: str | None = Field(default=None, max_length=CHANGE_CHARACTERS)


class DecideIn(_Wire):
    """An owner's yes or no."""

    decision: Literal["approve", "reject"]
    reason: str = Field(min_length=1, max_length=2000)


class CommentIn(_Wire):
    """What is said, about a requirement by its id or about the whole."""

    body: str = Field(min_length=1, max_length=COMMENT_CHARACTERS)
    about: str = Field(default="", max_length=200)


class StatementIn(_Wire):
    """What becomes of a statement."""

    decision: Literal["accepted", "rejected"]


def specification_router(
    service: SpecificationService, statements: StatementService, doors: Doors
) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio/projects/{{project_id}}/spec", tags=["studio"])
    subject_of = Depends(doors.subject)
    _look_routes(routes, service, subject_of)
    _compare_routes(routes, service, subject_of)
    _change_routes(routes, service, subject_of)
    _comment_routes(routes, service, subject_of)
    _statement_routes(routes, statements, subject_of)
    return routes


def _look_routes(routes: APIRouter, service: SpecificationService, subject_of: Any) -> None:
    @routes.get("", responses=responses_of(*_FOUND))
    async def show(
        project_id: UUID, subject: Annotated[Subject, subject_of], version: VersionIn = None
    ) -> SpecificationView:
        """Get a version of the specification, the newest where none is named."""
        return specification_view(project_id, await service.show(subject, project_id, version))

    @routes.get("/versions", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def versions(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[VersionView]:
        """List the versions, newest first."""
        return [version_view(each) for each in await service.versions(subject, project_id)]

    @routes.get("/requirements", responses=responses_of(*_FOUND))
    async def requirements(
        project_id: UUID,
        subject: Annotated[Subject, subject_of],
        feature: Annotated[str | None, Query(max_length=200)] = None,
        version: VersionIn = None,
    ) -> list[QuotedRequirement]:
        """List the requirements with the words that ask for them, of one feature if it is named."""
        return requirement_lines(await service.show(subject, project_id, version), feature)

    @routes.get("/requirements/{requirement_id}", responses=responses_of(*_FOUND))
    async def requirement(
        project_id: UUID,
        requirement_id: str,
        subject: Annotated[Subject, subject_of],
        version: VersionIn = None,
    ) -> RequirementView:
        """Get a requirement with its criteria, sources, tests, and calls with who may make them."""
        return requirement_view(await service.show(subject, project_id, version), requirement_id)


def _compare_routes(routes: APIRouter, service: SpecificationService, subject_of: Any) -> None:
    @routes.get("/diff", responses=responses_of(*_FOUND))
    async def diff(
        project_id: UUID,
        subject: Annotated[Subject, subject_of],
        before: VersionIn = None,
        after: VersionIn = None,
    ) -> DifferenceView:
        """Compare two versions by requirement; the newest with the one before it by itself."""
        old, new, found = await service.diff(subject, project_id, before, after)
        return difference_view(old.version if old else None, new.version, found)

    @routes.get(
        "/export",
        response_class=Response,
        responses={200: {"content": {ZIP: {}, WORD: {}, PDF: {}}}, **responses_of(*_FOUND)},
    )
    async def export(
        project_id: UUID,
        subject: Annotated[Subject, subject_of],
        layout: Layout = "markdown",
        version: VersionIn = None,
    ) -> Response:
        """Download a version as a folder for people or for another tool, or as a document."""
        found = await service.show(subject, project_id, version)
        named = {"content-disposition": f'attachment; filename="{file_name(found, layout)}"'}
        media = {"docx": WORD, "pdf": PDF}.get(layout, ZIP)
        return Response(exported(found, layout), media_type=media, headers=named)


def _change_routes(routes: APIRouter, service: SpecificationService, subject_of: Any) -> None:
    @routes.post("", status_code=201, responses=responses_of(*_MADE))
    async def compile_it(
        project_id: UUID, body: CompileIn, subject: Annotated[Subject, subject_of]
    ) -> SpecificationView:
        """Compile the project as it is now; where nothing changed, the same version is returned."""
        found = await service.compile(subject, project_id, style=body.style)
        return specification_view(project_id, found)

    @routes.post("/impact", responses=responses_of(*_FOUND, *_MADE[1:], E_SPECIFICATION_INVALID))
    async def impact(
        project_id: UUID, body: ImpactIn, subject: Annotated[Subject, subject_of]
    ) -> DifferenceView:
        """Tell what would differ if a claim read otherwise, or were gone; nothing is changed."""
        found = await service.impact(subject, project_id, body.claim_id, text=body.text)
        return difference_view(None, "as if it were so", found)

    @routes.post("/submit", responses=responses_of(*_FOUND, E_SPECIFICATION_BLOCKED))
    async def submit(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> SpecificationView:
        """Give the newest version to whoever decides."""
        return specification_view(project_id, await service.submit(subject, project_id))

    @routes.post(
        "/decide", responses=responses_of(*_FOUND, E_SPECIFICATION_BLOCKED, E_ARTIFACT_STATE)
    )
    async def decide(
        project_id: UUID, body: DecideIn, subject: Annotated[Subject, subject_of]
    ) -> SpecificationView:
        """Give an owner's yes or no to what is in review; a yes pins its hash."""
        act = service.approve if body.decision == "approve" else service.reject
        return specification_view(project_id, await act(subject, project_id, body.reason))


def _comment_routes(routes: APIRouter, service: SpecificationService, subject_of: Any) -> None:
    @routes.get("/comments", responses=responses_of(*_FOUND))
    async def comments(
        project_id: UUID, subject: Annotated[Subject, subject_of], version: VersionIn = None
    ) -> list[CommentView]:
        """List what was said about a version, oldest first."""
        found = await service.show(subject, project_id, version)
        ids = {each["id"] for each in found.payload["requirements"]}
        said = await service.comments(subject, project_id, version)
        return [comment_view(each, ids) for each in said]

    @routes.post(
        "/comments", status_code=201, responses=responses_of(*_FOUND, E_SPECIFICATION_INVALID)
    )
    async def comment(
        project_id: UUID, body: CommentIn, subject: Annotated[Subject, subject_of]
    ) -> CommentView:
        """Say something about the newest version, or about one of its requirements."""
        said = await service.comment(subject, project_id, body.body, about=body.about)
        return comment_view(said, {body.about} - {""})


def _statement_routes(routes: APIRouter, service: StatementService, subject_of: Any) -> None:
    @routes.get("/statements", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def statements(
        project_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[StatementView]:
        """List what was brought in from other tools' folders, by file and place."""
        return [statement_view(each) for each in await service.list(subject, project_id)]

    @routes.post(
        "/statements",
        status_code=201,
        responses=responses_of(E_PROJECT_NOT_FOUND, E_STATEMENTS_INVALID),
    )
    async def bring_in(
        project_id: UUID,
        subject: Annotated[Subject, subject_of],
        file: Annotated[UploadFile, File()],
    ) -> list[StatementView]:
        """Bring in a zipped OpenSpec or spec-kit folder; what it states waits for a person."""
        content = await read_upload(file, ALL_BYTES_MAX)
        return [
            statement_view(each) for each in await service.bring_in(subject, project_id, content)
        ]

    @routes.post(
        "/statements/{statement_id}",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_STATEMENT_NOT_FOUND, E_MESSAGE_INVALID),
    )
    async def decide(
        project_id: UUID,
        statement_id: UUID,
        body: StatementIn,
        subject: Annotated[Subject, subject_of],
    ) -> StatementView:
        """Accept a statement, which is then said in the conversation, or reject it."""
        return statement_view(
            await service.decide(subject, project_id, statement_id, body.decision)
        )
