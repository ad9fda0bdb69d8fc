"""What a module's page shows of its builds: the one under way, live; what the last one brought."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import Response

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.gate.views import words_of
from evigate.kernel.access import may
from evigate.kernel.events import Event, read_events
from evigate.kernel.events.telling import RUN_STREAM
from evigate.kernel.http import Visitor
from evigate.kernel.runs import RunStatus
from evigate.learning.building.options import ITEMS_MAX, BuildOptions
from evigate.learning.building.service import BuildService, BuildView
from evigate.learning.errors import E_BUILD_NOT_FOUND
from evigate.learning.pages_shared import kind_title, see
from evigate.learning.permissions import WRITE
from evigate.learning.service import LearningService

LINES_SHOWN = 200
# What the generator's rules are called, as a teacher would say it.
REFUSALS = {
    "no_whole_sentence": "Not a whole sentence",
    "length": "Too short or too long",
    "boilerplate": "About the book, not its subject",
    "instruction": "Tells the reader to do something",
    "odd_marks": "Lists, formulas or odd marks",
    "speech": "A quotation",
    "address": "Speaks to the reader",
    "connective": "Goes on from the sentence before",
    "pointer": "Points to a figure, table or chapter",
    "no_subject": "No subject of its own",
    "refers_back": "Refers back to something",
    "loose_pronoun": "A pronoun without its noun",
    "anecdote": "Tells of one person or one time",
    "bare_subject": "Too vague a subject",
    "language": "In another language",
}


def build_page_routes(routes: APIRouter, service: LearningService, visitor_of: Any) -> None:
    """Add what the forms of builds do."""
    builds = service.builds

    @routes.post("/learning/{module_id}/builds")
    async def start(
        module_id: UUID,
        visitor: Annotated[Visitor, visitor_of],
        items: Annotated[int, Form(ge=1, le=ITEMS_MAX)] = 120,
        kinds: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        options = BuildOptions(items=items, kinds=tuple(kinds or ()))
        await builds.start(visitor.subject, module_id, options)
        return see(f"/learning/{module_id}#build")

    @routes.post("/learning/{module_id}/builds/{run_id}/cancel")
    async def cancel(
        module_id: UUID, run_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await _refuse_other(builds, visitor.subject, module_id, run_id)
        await builds.cancel(visitor.subject, run_id)
        return see(f"/learning/{module_id}#build")

    @routes.post("/learning/{module_id}/builds/{run_id}/resume")
    async def resume(
        module_id: UUID, run_id: UUID, visitor: Annotated[Visitor, visitor_of]
    ) -> Response:
        await _refuse_other(builds, visitor.subject, module_id, run_id)
        await builds.resume(visitor.subject, run_id)
        return see(f"/learning/{module_id}#build")


async def _refuse_other(
    builds: BuildService, subject: Subject, module_id: UUID, run_id: UUID
) -> None:
    """Pass where the build is the module's."""
    found = await builds.view(subject, run_id)
    if found.input.get("module_id") != str(module_id):
        raise EvigateError(E_BUILD_NOT_FOUND, f"There is no build {str(run_id)!r}.")


async def build_context(
    service: LearningService, subject: Subject, module_id: UUID, builds: Sequence[BuildView]
) -> dict[str, Any]:
    """Return the build under way, what the last one brought and cost, and what one would cost."""
    open_ = next((each for each in builds if not RunStatus(each.status).is_end), None)
    ended = next((each for each in builds if RunStatus(each.status).is_end), None)
    return {
        "running": None if open_ is None else await _running(service, subject, open_),
        "last": None if ended is None else _last(ended),
        "estimate": await _estimate(service, subject, module_id) if open_ is None else None,
    }


async def _estimate(
    service: LearningService, subject: Subject, module_id: UUID
) -> dict[str, Any] | None:
    """Return what a build of the usual size would cost; None where no model is asked."""
    if not may(subject, WRITE):
        return None
    found = await service.builds.estimate(subject, module_id, BuildOptions())
    return _cost(asdict(found)) if found.calls else None


def _cost(values: Mapping[str, Any]) -> dict[str, Any]:
    micros = values["micros"]
    return {
        "calls": values["calls"],
        "tokens": values["input_tokens"] + values["output_tokens"],
        "usd": None if micros is None else micros / 1_000_000,
        "models": ", ".join(sorted(set(values["models"].values()))),
    }


async def _running(service: LearningService, subject: Subject, build: BuildView) -> dict[str, Any]:
    async with service.database.tx(subject) as tx:
        events = await read_events(tx, RUN_STREAM, build.id)
    told = [each for each in events if each.payload.get("message")]
    progress = next((each for each in reversed(events) if each.type == "progress"), None)
    return {
        "id": build.id,
        "status": build.status,
        "is_paused": build.is_paused,
        "waits_for": build.waits_for,
        "started_at": build.started_at,
        "items": build.input["options"]["items"],
        "events_href": f"/api/v1/builds/{build.id}/events",
        "last_seq": events[-1].seq if events else 0,
        "percent": None if progress is None else progress.payload["percent"],
        "message": told[-1].payload["message"] if told else "Waiting for a worker",
        "log": [_line(each) for each in told if each.type != "progress"][-LINES_SHOWN:],
    }


def _line(event: Event) -> dict[str, str]:
    return {
        "level": "error" if event.type == "error" else "stage",
        "text": str(event.payload["message"]),
    }


def _last(build: BuildView) -> dict[str, Any]:
    output = build.output or {}
    statuses = output.get("statuses", {})
    return {
        "status": build.status,
        "completed_at": build.completed_at,
        "error": build.error_message if build.status == "failed" else None,
        "cost": _cost(output["cost"]) if output.get("cost", {}).get("calls") else None,
        "drafts": output.get("drafts"),
        "unchanged": output.get("unchanged", 0),
        "approved": statuses.get("APPROVED", 0),
        "pending": statuses.get("PENDING_EVAL", 0),
        "rejected": statuses.get("REJECTED", 0),
        "kinds": [(kind_title(kind), count) for kind, count in output.get("kinds", {}).items()],
        "without_items": output.get("without_items", []),
        "refused": [
            (REFUSALS.get(reason, words_of(reason)), count)
            for reason, count in sorted(output.get("refused", {}).items(), key=lambda p: -p[1])
        ],
    }
