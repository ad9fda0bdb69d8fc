"""A project as a customer sees it: what is asked, what is to be given, what was given."""

from dataclasses import dataclass
from uuid import UUID

from evigate.studio.permissions import ANSWER
from evigate.studio.service import Discovery
from evigate.studio.views import MessageView, TaskView, view_of


@dataclass(frozen=True, slots=True)
class CustomerView:
    """One project; `asked` is None where nothing is, `turn` goes back with an answer."""

    project_id: UUID
    name: str
    completeness: float
    turn: int
    asked: MessageView | None
    open_tasks: list[TaskView]
    done_tasks: list[TaskView]
    may_answer: bool
    may_give: bool


def customer_view(found: Discovery) -> CustomerView:
    """Return what of a discovery is a customer's to see."""
    view = view_of(found)
    is_open = view.phase != "closed"
    last = view.messages[-1] if view.messages else None
    return CustomerView(
        project_id=view.project_id,
        name=view.name,
        completeness=view.completeness,
        turn=view.turn,
        asked=last if is_open and last and last.role == "agent" else None,
        open_tasks=[each for each in view.tasks if each.status == "pending"],
        done_tasks=[each for each in view.tasks if each.status == "completed"],
        may_answer=is_open and ANSWER in found.may,
        may_give=ANSWER in found.may,
    )
