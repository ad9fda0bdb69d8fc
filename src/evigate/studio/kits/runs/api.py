"""The routes of kits: what there is, runs over a project, credentials, what was read."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import read_upload
from evigate.kernel.http import API, Doors, EventStream, responses_of
from evigate.kernel.realtime import Realtime
from evigate.studio.errors import E_PROJECT_NOT_FOUND
from evigate.studio.kits.errors import (
    E_KIT_CREDENTIAL,
    E_KIT_EXISTS,
    E_KIT_INVALID,
    E_KIT_NOT_FOUND,
    E_KIT_OUTSIDE,
    E_KIT_PLAN_STALE,
    E_KIT_RUN_NOT_FOUND,
    E_KIT_SPECIFICATION,
    E_KIT_STATE,
    E_KIT_TEMPLATE,
)
from evigate.studio.kits.folder import BYTES_MAX
from evigate.studio.kits.runs.credentials import VALUE_CHARACTERS
from evigate.studio.kits.runs.packages import unpacked
from evigate.studio.kits.runs.service import KitRunService
from evigate.studio.kits.runs.views import (
    KitCredentialView,
    KitDifferenceView,
    KitDiscoveryView,
    KitRunPageView,
    KitRunView,
    KitView,
    credential_view,
    discovery_view,
    kit_view,
    page_view,
    run_view,
)

ZIP = "application/zip"
_FOUND = (E_PROJECT_NOT_FOUND, E_KIT_RUN_NOT_FOUND)
KitName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
VersionText = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartIn(_Wire):
    """A kit to run over a project; the newest specification that may be is taken."""

    kit_id: KitName
    kit_version: VersionText | None = None
    specification: VersionText | None = None
    is_dry: bool = False


class ApproveIn(_Wire):
    """The digest of the plan that was looked at."""

    plan: str = Field(pattern=r"^[0-9a-f]{64}$")


class MoveIn(_Wire):
    """Where a kit goes: from draft to active, or out of use."""

    status: Literal["active", "deprecated"]


class CredentialIn(_Wire):
    """What a platform is signed in to with, and where it is; the value is never given back."""

    value: SecretStr = Field(min_length=1, max_length=VALUE_CHARACTERS)
    base_url: str = Field(min_length=8, max_length=500)
    header: str = Field(default="", max_length=60)
    expires_at: datetime | None = None


class CheckView(_Wire):
    """A credential after it was tried, and what was wrong; empty for nothing."""

    credential: KitCredentialView
    problem: str


def kits_router(service: KitRunService, doors: Doors, realtime: Realtime) -> APIRouter:
    """Return the routes, to be mounted under /api/v1."""
    routes = APIRouter(prefix=f"{API}/studio", tags=["studio"])
    subject_of = Depends(doors.subject)
    _catalog_routes(routes, service, subject_of)
    _run_routes(routes, service, subject_of)
    _result_routes(routes, service, subject_of, realtime)
    _credential_routes(routes, service, subject_of)
    _discovery_routes(routes, service, subject_of)
    return routes


def _catalog_routes(routes: APIRouter, service: KitRunService, subject_of: Any) -> None:
    @routes.get("/kits")
    async def kits(subject: Annotated[Subject, subject_of]) -> list[KitView]:
        """List the kits: those that come with Evigate, and your own."""
        return [kit_view(each) for each in await service.catalog.list(subject)]

    @routes.post(
        "/kits",
        status_code=201,
        responses=responses_of(E_KIT_INVALID, E_KIT_TEMPLATE, E_KIT_OUTSIDE, E_KIT_EXISTS),
    )
    async def bring(
        subject: Annotated[Subject, subject_of], file: Annotated[UploadFile, File()]
    ) -> KitView:
        """Bring a kit as a zip; it is checked whole, and is a draft then."""
        files = unpacked(await read_upload(file, BYTES_MAX))
        return kit_view(await service.catalog.bring(subject, files))

    @routes.post("/kits/{kit_row_id}/status", responses=responses_of(E_KIT_NOT_FOUND, E_KIT_STATE))
    async def move(
        kit_row_id: UUID, body: MoveIn, subject: Annotated[Subject, subject_of]
    ) -> KitView:
        """Make a kit active, or take it out of use."""
        return kit_view(await service.catalog.move(subject, kit_row_id, body.status))


def _run_routes(routes: APIRouter, service: KitRunService, subject_of: Any) -> None:
    @routes.get("/projects/{project_id}/kits/runs", responses=responses_of(E_PROJECT_NOT_FOUND))
    async def runs(project_id: UUID, subject: Annotated[Subject, subject_of]) -> list[KitRunView]:
        """List the runs of kits over a project, newest first."""
        return [run_view(each) for each in await service.runs(subject, project_id)]

    @routes.post(
        "/projects/{project_id}/kits/runs",
        status_code=202,
        responses=responses_of(
            E_PROJECT_NOT_FOUND, E_KIT_NOT_FOUND, E_KIT_STATE, E_KIT_SPECIFICATION
        ),
    )
    async def start(
        project_id: UUID, body: StartIn, subject: Annotated[Subject, subject_of]
    ) -> KitRunView:
        """Begin a run; it waits at its plan until that is approved, and a dry one ends there."""
        run = await service.start(
            subject,
            project_id,
            body.kit_id,
            kit_version=body.kit_version,
            specification=body.specification,
            is_dry=body.is_dry,
        )
        return run_view(run)

    @routes.get("/projects/{project_id}/kits/runs/{run_id}", responses=responses_of(*_FOUND))
    async def show(
        project_id: UUID, run_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> KitRunPageView:
        """Get a run with its plan, how each file checked, and the log of the kit's own tests."""
        return page_view(await service.show(subject, project_id, run_id))

    @routes.post(
        "/projects/{project_id}/kits/runs/{run_id}/approve",
        responses=responses_of(*_FOUND, E_KIT_PLAN_STALE, E_KIT_STATE, E_KIT_SPECIFICATION),
    )
    async def approve(
        project_id: UUID, run_id: UUID, body: ApproveIn, subject: Annotated[Subject, subject_of]
    ) -> KitRunView:
        """Let a run apply exactly the plan of this digest."""
        return run_view(await service.approve(subject, project_id, run_id, body.plan))

    @routes.post(
        "/projects/{project_id}/kits/runs/{run_id}/cancel",
        responses=responses_of(*_FOUND, E_KIT_STATE),
    )
    async def cancel(
        project_id: UUID, run_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> KitRunView:
        """Stop a run at its next chance."""
        return run_view(await service.cancel(subject, project_id, run_id))


def _result_routes(
    routes: APIRouter, service: KitRunService, subject_of: Any, realtime: Realtime
) -> None:
    @routes.get("/projects/{project_id}/kits/runs/{run_id}/diff", responses=responses_of(*_FOUND))
    async def diff(
        project_id: UUID, run_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> list[KitDifferenceView]:
        """Compare what a run plans with the bundle before it, by file."""
        found = await service.difference(subject, project_id, run_id)
        return [KitDifferenceView(*each) for each in found]

    @routes.get(
        "/projects/{project_id}/kits/runs/{run_id}/bundle",
        response_class=Response,
        responses={200: {"content": {ZIP: {}}}, **responses_of(*_FOUND)},
    )
    async def bundle(
        project_id: UUID, run_id: UUID, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Get what a run made as a zip."""
        name, data = await service.bundle(subject, project_id, run_id)
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type=ZIP, headers=headers)

    @routes.get(
        "/projects/{project_id}/kits/runs/{run_id}/events",
        status_code=200,
        response_class=EventStream,
        responses={200: {"content": {"text/event-stream": {}}}, **responses_of(*_FOUND)},
    )
    async def events(
        project_id: UUID, run_id: UUID, request: Request, subject: Annotated[Subject, subject_of]
    ) -> Response:
        """Follow a run, from its beginning or from `Last-Event-ID`."""
        return await realtime.follow_stream(
            request, subject, lambda now: service.stream_of(now, project_id, run_id)
        )


def _credential_routes(routes: APIRouter, service: KitRunService, subject_of: Any) -> None:
    desk = service.credentials
    base = "/projects/{project_id}/kits/{kit_id}/credentials/{credential_id}"

    @routes.get(
        "/projects/{project_id}/kits/credentials", responses=responses_of(E_PROJECT_NOT_FOUND)
    )
    async def credentials(
        project_id: UUID,
        subject: Annotated[Subject, subject_of],
        kit_id: Annotated[str | None, Query(max_length=63)] = None,
    ) -> list[KitCredentialView]:
        """List a project's credentials, newest first, without their values."""
        return [credential_view(each) for each in await desk.list(subject, project_id, kit_id)]

    @routes.put(
        base, responses=responses_of(E_PROJECT_NOT_FOUND, E_KIT_NOT_FOUND, E_KIT_CREDENTIAL)
    )
    async def give(
        project_id: UUID,
        kit_id: str,
        credential_id: str,
        body: CredentialIn,
        subject: Annotated[Subject, subject_of],
    ) -> KitCredentialView:
        """Seal a credential; one that held before is revoked in the same moment."""
        found = await desk.give(
            subject,
            project_id,
            kit_id,
            credential_id,
            body.value.get_secret_value(),
            base_url=body.base_url,
            header=body.header,
            expires_at=_aware(body.expires_at),
        )
        return credential_view(found)

    @routes.post(
        f"{base}/check",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_KIT_NOT_FOUND, E_KIT_CREDENTIAL, E_KIT_STATE),
    )
    async def check(
        project_id: UUID, kit_id: str, credential_id: str, subject: Annotated[Subject, subject_of]
    ) -> CheckView:
        """Sign in with a credential and say how it went."""
        found, problem = await desk.check(subject, project_id, kit_id, credential_id)
        return CheckView(credential=credential_view(found), problem=problem)

    @routes.delete(
        base, status_code=204, responses=responses_of(E_PROJECT_NOT_FOUND, E_KIT_CREDENTIAL)
    )
    async def revoke(
        project_id: UUID, kit_id: str, credential_id: str, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Let a credential hold no longer, and forget its value."""
        await desk.revoke(subject, project_id, kit_id, credential_id)


def _discovery_routes(routes: APIRouter, service: KitRunService, subject_of: Any) -> None:
    @routes.get(
        "/projects/{project_id}/kits/{kit_id}/discovery",
        responses=responses_of(E_PROJECT_NOT_FOUND, E_KIT_NOT_FOUND),
    )
    async def discovery(
        project_id: UUID, kit_id: str, subject: Annotated[Subject, subject_of]
    ) -> KitDiscoveryView:
        """Get what was read of a kit's platform last, and what follows from it."""
        found = await service.credentials.discovery(subject, project_id, kit_id)
        if found is None:
            message = f"Nothing was read of a platform for the kit {kit_id!r}."
            raise EvigateError(E_KIT_NOT_FOUND, message)
        return discovery_view(found)

    @routes.delete(
        "/projects/{project_id}/kits/{kit_id}/discovery",
        status_code=204,
        responses=responses_of(E_PROJECT_NOT_FOUND),
    )
    async def forget(
        project_id: UUID, kit_id: str, subject: Annotated[Subject, subject_of]
    ) -> None:
        """Have the platform read anew by the next run."""
        await service.credentials.forget(subject, project_id, kit_id)


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        message = "expires_at names no time zone; write it such as 2027-01-31T12:00:00Z."
        raise EvigateError(E_KIT_CREDENTIAL, message)
    return moment
