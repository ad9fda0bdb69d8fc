"""Judging artifacts: read each, run the suite's checks, bring the scores to the database.

Scoring happens outside of any transaction and in a thread; opening, results and closing are one
transaction each artifact, so a crash leaves an artifact judged or as it was.
"""

import asyncio
import inspect
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.gate.artifacts import get_artifact, list_artifacts, list_citations
from evigate.gate.checks import BUILTIN_CHECKS, Check, Citation, Draft, EvalType, Score
from evigate.gate.checks.duplication import own_text
from evigate.gate.errors import E_CHECK_UNKNOWN
from evigate.gate.evals import close_eval_run, list_results, open_eval_run, record_findings
from evigate.gate.kinds import Kinds
from evigate.gate.models import (
    Artifact,
    ArtifactStatus,
    CitationRow,
    NewResult,
    Outcome,
    Rule,
    Suite,
)
from evigate.gate.permissions import EVALUATE
from evigate.gate.suites import suite_in_charge
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx, load_queries
from evigate.language.words import content_stems

_queries = load_queries(__package__)

NEIGHBOURS_MAX = 25
LIVE_MAX = 20_000
PEOPLE_MAX = 5_000
HUMAN = "HUMAN_REVIEW"
BUILT_IN = "built-in"

Progress = Callable[[int, int], None]
Judges = Mapping[EvalType, Check]


@dataclass(frozen=True, slots=True)
class Judged:
    """An artifact that was judged, what that came to, and by whom: models, or "built-in".

    `fell_back` names the checks that another judge answered than the one that was asked.
    """

    artifact_id: UUID
    run_id: UUID
    outcome: Outcome
    judge: str
    fell_back: tuple[str, ...] = ()


class Evaluator:
    """Judges artifacts of every registered kind."""

    def __init__(
        self,
        database: Database,
        kinds: Kinds,
        judges: Judges = BUILTIN_CHECKS,
        chosen: Callable[[Subject, UUID | None], Awaitable[Judges]] | None = None,
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._judges = judges
        self._chosen = chosen

    async def evaluate(
        self,
        subject: Subject,
        artifact_ids: Sequence[UUID],
        *,
        suite: Suite | None = None,
        judges: Judges | None = None,
        trial_id: UUID | None = None,
        parent_id: UUID | None = None,
        progress: Progress = lambda _done, _total: None,
    ) -> list[Judged]:
        """Judge artifacts in the order given, by the suites in charge unless one is named.

        Args:
            judges: by what they judge; those left out are the tenant's choice, else built in.
            trial_id: keep the results as of this trial and move nothing.
            parent_id: the run that this is a part of; under it no model is asked the same twice.
            progress: called with how many are done and how many there are.

        Raises:
            EvigateError[E_SUITE_NOT_FOUND | E_ARTIFACT_NOT_FOUND | E_KIND_UNKNOWN]
            EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a model's judge met a limit.
        """
        require(subject, EVALUATE)
        models = await self._chosen(subject, parent_id) if self._chosen is not None else {}
        using = {**self._judges, **models, **(judges or {})}
        neighbours: dict[tuple[UUID, str], Neighbours] = {}
        concepts: dict[tuple[UUID, str], tuple[str, ...] | None] = {}
        people = await self._people(subject)
        judged = []
        for number, artifact_id in enumerate(artifact_ids):
            async with self._database.tx(subject) as tx:
                artifact = await get_artifact(tx, artifact_id)
                chosen = suite or await suite_in_charge(tx, artifact.kind)
                key = (artifact.module_id, artifact.kind)
                if key not in neighbours:
                    neighbours[key] = await self._neighbours(tx, artifact)
                if key not in concepts:
                    concepts[key] = await self._concepts(tx, artifact)
                citations = (await list_citations(tx, [artifact_id]))[artifact_id]
            draft = self._draft(artifact, citations, neighbours[key], concepts[key])
            results = await _score_all(draft, chosen, using, people)
            asked = _models_of(chosen, using)
            async with self._database.tx(subject) as tx:
                run_id = await open_eval_run(
                    tx,
                    artifact_id,
                    chosen.id,
                    judge_model=_label(asked),
                    judge_params={
                        "judges": sorted({each.judge for each in results}),
                        "models": asked,
                        **({"trial": str(trial_id)} if trial_id else {}),
                    },
                    prompt_id=_only_prompt(asked),
                    is_trial=trial_id is not None,
                )
                outcome = await close_eval_run(tx, run_id, results)
                if trial_id is None:
                    await record_findings(tx, artifact_id, await list_results(tx, run_id))
            fell_back = tuple(each.eval_type for each in results if "fell_back" in each.details)
            judged.append(Judged(artifact_id, run_id, outcome, _label(asked), fell_back))
            progress(number + 1, len(artifact_ids))
        return judged

    def _draft(
        self,
        artifact: Artifact,
        citations: Sequence[CitationRow],
        neighbours: "Neighbours",
        concepts: tuple[str, ...] | None,
    ) -> Draft:
        kind = self._kinds.get(artifact.kind)
        payload = artifact.artifact_payload or {}
        claimed = kind.levels.get(artifact.difficulty or "")
        reading = kind.read(payload)
        reading = replace(
            reading,
            difficulty=claimed or reading.difficulty,
            concepts=concepts or reading.concepts,
        )
        draft = Draft(payload, kind.schema, reading, tuple(_citation(c) for c in citations))
        near = neighbours.near(artifact.id, own_text(draft))
        return Draft(draft.payload, draft.schema, draft.reading, draft.citations, near)

    async def _people(self, subject: Subject) -> tuple[str, ...]:
        """Return the names of the tenant's members: no draft may name them of itself."""
        async with self._database.tx(subject) as tx:
            rows = await _queries.people_of_tenant(tx.connection, limit=PEOPLE_MAX)
        return tuple(row["name"] for row in rows)

    async def _concepts(self, tx: Tx, artifact: Artifact) -> tuple[str, ...] | None:
        """Return what the module's approved maps hold; None where it has none."""
        wanted = self._kinds.get(artifact.kind).concept_kind
        if not wanted:
            return None
        maps = await list_artifacts(
            tx,
            module_id=artifact.module_id,
            kind=wanted,
            status=ArtifactStatus.APPROVED,
            limit=LIVE_MAX,
        )
        read = self._kinds.get(wanted).read
        found = [tag for each in maps for tag in read(each.artifact_payload or {}).tags]
        return tuple(dict.fromkeys(found)) or None

    async def _neighbours(self, tx: Tx, artifact: Artifact) -> "Neighbours":
        kind = self._kinds.get(artifact.kind)
        live = await list_artifacts(
            tx, module_id=artifact.module_id, kind=artifact.kind, limit=LIVE_MAX
        )
        texts: dict[UUID, str] = {}
        for each in live:
            # What was rejected or retired is no neighbour, and a version is none of its successor.
            if each.status in (ArtifactStatus.PENDING_EVAL, ArtifactStatus.APPROVED):
                payload = each.artifact_payload or {}
                texts[each.id] = own_text(Draft(payload, kind.schema, kind.read(payload), ()))
        families: dict[UUID, str] = {each.id: each.key for each in live}
        return Neighbours(texts, families)


class Neighbours:
    """The other live items of a kind in a module, found by the words they share."""

    def __init__(self, texts: Mapping[UUID, str], families: Mapping[UUID, str]) -> None:
        self._texts = texts
        self._families = families
        self._order = {each: number for number, each in enumerate(sorted(texts))}
        self._by_stem: dict[str, set[UUID]] = defaultdict(set)
        for each, text in texts.items():
            for stem in content_stems(text):
                self._by_stem[stem].add(each)

    def near(self, artifact_id: UUID, text: str) -> tuple[str, ...]:
        """Return the texts with the most words in common, at most `NEIGHBOURS_MAX`.

        Only items that came before count (ids are in order of time), so that of two copies one
        is kept; versions of one item are no neighbours.
        """
        mine = self._order.get(artifact_id, len(self._order))
        counts: Counter[UUID] = Counter()
        for stem in set(content_stems(text)):
            counts.update(self._by_stem.get(stem, ()))
        near = [
            each
            for each, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            if self._order[each] < mine
            and self._families.get(each) != self._families.get(artifact_id, "")
        ]
        return tuple(self._texts[each] for each in near[:NEIGHBOURS_MAX])


def _models_of(suite: Suite, judges: Judges) -> dict[str, dict[str, Any]]:
    """Return, by check, which model judges with what; built-in judges are left out."""
    found = {}
    for rule in suite.rules:
        check = None if rule.eval_type == HUMAN else judges.get(EvalType(rule.eval_type))
        if check is not None and check.provenance:
            found[rule.eval_type] = dict(check.provenance)
    return found


def _label(asked: Mapping[str, Mapping[str, Any]]) -> str:
    names = sorted({str(each["judge"]) for each in asked.values()})
    return ", ".join(names) or BUILT_IN


def _only_prompt(asked: Mapping[str, Mapping[str, Any]]) -> UUID | None:
    """Return the prompt where one alone was used; `judge_params` names them all."""
    ids = {each.get("prompt_id") for each in asked.values()}
    only = ids.pop() if len(ids) == 1 else None
    return None if only is None else UUID(str(only))


async def _score_all(
    draft: Draft, suite: Suite, judges: Judges, people: Sequence[str]
) -> list[NewResult]:
    results = []
    for rule in suite.rules:
        if rule.eval_type == HUMAN:
            continue
        check = judges.get(EvalType(rule.eval_type))
        if check is None:
            raise EvigateError(E_CHECK_UNKNOWN, f"No judge is there for {rule.eval_type!r}.")
        started = time.perf_counter()
        score = await _score(check, draft, _params(rule, people))
        took_ms = (time.perf_counter() - started) * 1000
        details = dict(score.details)
        if score.score is None:
            details["reason"] = score.reason or "not measured"
        name, version = score.judged_by or (check.name, check.version)
        results.append(NewResult(rule.eval_type, score.score, name, version, details, took_ms))
    return results


def _params(rule: Rule, people: Sequence[str]) -> Mapping[str, Any]:
    if rule.eval_type != EvalType.SAFETY_PII:
        return rule.params
    return {**rule.params, "names": [*rule.params.get("names", ()), *people]}


async def _score(check: Check, draft: Draft, params: Mapping[str, Any]) -> Score:
    # A built-in check computes; a model's judge waits. Either may be given.
    found = await asyncio.to_thread(check.score, draft, params)
    return await found if inspect.isawaitable(found) else found


def _citation(row: CitationRow) -> Citation:
    end = row.start_char + len(row.quote)
    is_there = row.context is not None
    return Citation(
        quote=row.quote,
        context=row.context or "",
        document_id=str(row.document_id),
        chunk_sha256=row.chunk_sha256,
        page=row.page,
        start=row.start_char if is_there else None,
        end=end if is_there else None,
        heading_path=tuple(row.heading_path),
    )
