"""What the gate's pages share: people's names, and an artifact with all that is known of it."""

from typing import Any

from evigate.base.subject import Subject
from evigate.gate import views
from evigate.gate.artifacts import list_citations, why_not_approved
from evigate.gate.desk import Gate
from evigate.gate.evals import list_eval_runs, list_findings, list_results
from evigate.gate.models import Artifact, ArtifactStatus
from evigate.gate.reviews import list_comments, list_reviews
from evigate.kernel.db import Tx
from evigate.kernel.tenancy import TenancyService


async def names_of(tenancy: TenancyService, subject: Subject) -> dict[str, str]:
    """Return the tenant's people by actor; who asks is "you"."""
    members = await tenancy.list_members(subject)
    names = {f"user:{each.user_id}": each.email for each in members}
    return names | {subject.actor: "you"}


async def judged(tx: Tx, gate: Gate, artifact: Artifact, names: dict[str, str]) -> dict[str, Any]:
    """Return what a page shows of an artifact: content, quotes, checks, findings, what people said.

    The checks are those of the last judgement by judges that moved something.
    """
    runs = await list_eval_runs(tx, artifact.id)
    last = next(
        (e for e in runs if not e.is_trial and not e.judge_model.startswith("human:")), None
    )
    results = await list_results(tx, last.id) if last else []
    citations = (await list_citations(tx, [artifact.id]))[artifact.id]
    is_waiting = artifact.status is ArtifactStatus.PENDING_EVAL
    return {
        "artifact": artifact,
        "status": views.status_word(artifact.status),
        "kind": views.kind_title(gate.kinds, artifact.kind),
        "body": views.body_of(gate.kinds, artifact),
        "citations": [views.citation_row(each) for each in citations],
        "evaluation": views.eval_row(last, names) if last else None,
        "results": [views.result_row(each) for each in results],
        "evals": [views.eval_row(each, names) for each in runs],
        "findings": await list_findings(tx, artifact_id=artifact.id),
        "reviews": [
            {"each": each, "who": views.who(each.reviewer, names)}
            for each in await list_reviews(tx, artifact.id)
        ],
        "comments": [
            {"each": each, "who": views.who(each.author, names)}
            for each in await list_comments(tx, artifact.id)
        ],
        "why_not": await why_not_approved(tx, artifact.id) if is_waiting else None,
        "edit_href": views.edit_href(gate.kinds, artifact.kind, artifact.id),
    }
