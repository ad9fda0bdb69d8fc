"""Where an artifact comes from and what became of it, as a graph.

Nodes are the artifact, the versions before and after it, the run that drafted it with its agent,
model and prompt, the quotes it rests on with their documents, and what judged it.
Edges point from what was used to what was made of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from evigate.gate.artifacts import get_artifact, list_citations
from evigate.gate.evals import list_eval_runs
from evigate.gate.models import Artifact, CitationRow, EvalRun
from evigate.gate.permissions import READ
from evigate.kernel.access import require
from evigate.kernel.db import Tx, load_queries

_queries = load_queries(__package__)

NodeKind = Literal["document", "quote", "prompt", "model", "run", "artifact", "version", "eval"]
LABEL_MAX = 120
EVALS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the graph; `id` is unique in it, `state` is a word such as a status."""

    id: str
    kind: NodeKind
    label: str
    state: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` was used for, or led to, `target`."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """The graph around one artifact, which is the node named "artifact"."""

    artifact_id: UUID
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


async def lineage(tx: Tx, artifact_id: UUID) -> Lineage:
    """Return the graph around an artifact.

    Raises:
        EvigateError[E_ARTIFACT_NOT_FOUND]: this tenant has none such.
    """
    require(tx.subject, READ)
    artifact = await get_artifact(tx, artifact_id)
    citations = (await list_citations(tx, [artifact_id]))[artifact_id]
    run = await _queries.get_generation_run(tx.connection, id=artifact.run_id)
    prompt = await _queries.get_prompt(tx.connection, id=run["prompt_id"]) if run else None
    versions = await _queries.list_versions(tx.connection, id=artifact_id)
    evals = await list_eval_runs(tx, artifact_id)
    parts = [
        *_core(artifact),
        *_made_by(artifact, run, prompt),
        *_rests_on(citations),
        *_versions(artifact, versions),
        *_judged(evals[:EVALS_SHOWN]),
    ]
    nodes = {each.id: each for each in parts if isinstance(each, Node)}
    edges = dict.fromkeys(each for each in parts if isinstance(each, Edge))
    return Lineage(artifact_id, tuple(nodes.values()), tuple(edges))


def _core(artifact: Artifact) -> Iterator[Node]:
    label = f"{artifact.kind} v{artifact.version}"
    yield Node("artifact", "artifact", label, artifact.status, artifact.decision_reason or "")


def _made_by(
    artifact: Artifact, run: dict[str, Any] | None, prompt: dict[str, Any] | None
) -> Iterator[Node | Edge]:
    if run is None:
        yield Node("run", "run", f"run {artifact.run_id}", "")
    else:
        label = f"{run['agent_name']} {run['agent_version']}"
        yield Node("run", "run", label, run["status"], str(artifact.run_id))
        yield Node("model", "model", run["model"])
        yield Edge("model", "run", "ran")
    if prompt is not None:
        label = f"{prompt['name']} {prompt['version']}"
        yield Node("prompt", "prompt", label, "", prompt["sha256"])
        yield Edge("prompt", "run", "asked")
    yield Edge("run", "artifact", "drafted")


def _rests_on(citations: Sequence[CitationRow]) -> Iterator[Node | Edge]:
    for each in citations:
        document, quote = f"document:{each.document_id}", f"quote:{each.id}"
        yield Node(document, "document", each.document or "a document that is gone")
        place = " › ".join([*each.heading_path, f"p. {each.page}"])
        yield Node(quote, "quote", _short(each.quote), each.state, place)
        yield Edge(document, quote, f"p. {each.page}")
        yield Edge(quote, "artifact", "supports")


def _versions(artifact: Artifact, versions: Sequence[dict[str, Any]]) -> Iterator[Node | Edge]:
    for each in versions:
        if each["id"] == artifact.id:
            continue
        name = f"version:{each['id']}"
        yield Node(name, "version", f"v{each['version']}", each["status"], str(each["id"]))
        is_before = each["version"] < artifact.version
        ends = (name, "artifact") if is_before else ("artifact", name)
        yield Edge(*ends, "superseded by")


def _judged(evals: Sequence[EvalRun]) -> Iterator[Node | Edge]:
    for each in evals:
        name = f"eval:{each.id}"
        said = {True: "passed", False: "failed", None: each.status.lower()}[each.overall_pass]
        trial = " (trial)" if each.is_trial else ""
        label = f"{each.suite_name}@{each.suite_version}{trial}"
        yield Node(name, "eval", label, said, each.judge_model)
        yield Edge("artifact", name, "judged")


def _short(text: str) -> str:
    return text if len(text) <= LABEL_MAX else f"{text[: LABEL_MAX - 1]}…"
