"""One build: read the documents, draft items, judge each, make the text searchable.

Each step is done once (`kernel.runs.StepRunner`). Drafting is one step, judging a step for each few
items, so that a worker that is killed leaves at most those to its successor, and a request to stop
is heard between them. Building again drafts anew and adds only what the module has not.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from evigate.agents import AgentService
from evigate.agents.errors import E_AGENT_PAUSED
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.base.threads import Report
from evigate.evidence import StoreService, list_chunks
from evigate.gate import (
    GenerationRun,
    finish_generation,
    get_artifact,
    record_generation,
)
from evigate.gate.evaluate import Evaluator
from evigate.kernel.db import Database, Tx, load_queries
from evigate.kernel.events.telling import RUN_STREAM, tell, tell_end
from evigate.kernel.runs import RunStatus, StepRunner, finish_run, get_run, park_run, start_run
from evigate.learning.bank.service import add_item, content_hash_of
from evigate.learning.building.composing import Composer
from evigate.learning.building.cost import spent
from evigate.learning.building.drafting import Drafted
from evigate.learning.building.options import BuildOptions
from evigate.learning.errors import E_BUILD_NO_ITEMS, E_MODULE_EMPTY
from evigate.learning.generate import SourceText, source_of
from evigate.learning.modules import Module, ModuleService
from evigate.learning.modules.service import add_objectives, list_objectives

_queries = load_queries(__package__)

JUDGED_A_STEP = 10
REASONS_TOLD_MAX = 3
AGENT = "item-writer"
AGENT_VERSION = "1"
OBJECTIVE_SOURCES = {
    "given": "person",
    "listed": "document",
    "proposed": "built-in",
    "model": "model",
}


class Build:
    """One build under way."""

    def __init__(
        self,
        modules: ModuleService,
        evaluator: Evaluator,
        agents: AgentService | None,
        subject: Subject,
        run_id: UUID,
    ) -> None:
        self._modules = modules
        self._stores: StoreService = modules.stores
        self._database: Database = modules.database
        self._evaluator = evaluator
        self._agents = agents
        self._subject = subject
        self._id = run_id
        self._steps = StepRunner(self._database, subject, run_id)
        self._names: dict[str, str] = {}

    async def walk(self) -> None:
        """Go to the end, and end the run.

        Raises:
            EvigateError: a failure that trying again may mend; the run stays open.
            Where a model's limit was met the build waits: `BuildService.resume` takes it up again.
        """
        async with self._database.tx(self._subject) as tx:
            run = await get_run(tx, self._id)
            if run is None or not await start_run(tx, self._id):
                return
            if run.attempts:
                await tell(tx, RUN_STREAM, self._id, "stage_update", stage="resumed")
        try:
            module = await self._modules.get(self._subject, str(run.input["module_id"]))
            summary = await self._walk(module, BuildOptions.parse(run.input["options"]))
        except EvigateError as error:
            if error.code is E_AGENT_PAUSED:
                await self._park(error)
            elif error.code.is_retryable:
                raise
            else:
                await self.end(error)
        else:
            if summary["kinds"]:
                await self._succeed(summary)
            else:
                await self.end(_no_items(summary), output=summary)

    async def _park(self, error: EvigateError) -> None:
        """Let the build wait for a person, as the model's run that it waits for does."""
        async with self._database.tx(self._subject) as tx:
            await park_run(tx, self._id)
            await tell(
                tx, RUN_STREAM, self._id, "stage_update", stage="paused", message=error.message
            )

    async def _succeed(self, summary: dict[str, Any]) -> None:
        async with self._database.tx(self._subject) as tx:
            await finish_run(tx, self._id, RunStatus.SUCCEEDED, output=summary)
            await tell_end(tx, RUN_STREAM, self._id, "run_complete", **summary)

    async def end(self, error: EvigateError, *, output: Mapping[str, Any] | None = None) -> None:
        """End the run with an error, or as cancelled where that was asked for."""
        is_cancelled = error.code.name == "E_RUN_CANCELLED"
        status = RunStatus.CANCELLED if is_cancelled else RunStatus.FAILED
        async with self._database.tx(self._subject) as tx:
            ended = await finish_run(
                tx,
                self._id,
                status,
                output=output,
                error_code=error.code.name,
                error_message=error.message,
            )
            if ended:
                await tell_end(
                    tx,
                    RUN_STREAM,
                    self._id,
                    "run_error",
                    code=error.code.name,
                    message=error.message,
                )

    async def _walk(self, module: Module, options: BuildOptions) -> dict[str, Any]:
        drafted = await self._draft(module, options)
        await self._judge(module, drafted["drafts"])
        await self._index(module)
        return await self._summary(drafted)

    # The steps -------------------------------------------------------------------------

    async def _draft(self, module: Module, options: BuildOptions) -> dict[str, Any]:
        async def compute() -> Drafted:
            return await self._steps.while_wanted(self._drafted(module, options))

        async def record(tx: Tx, drafted: Drafted) -> Mapping[str, Any]:
            author = GenerationRun(
                AGENT,
                AGENT_VERSION,
                ", ".join(sorted(set(drafted.producers.values()))) or "built-in",
                module.store_name,
                model_params={**options.to_json(), **drafted.params},
                prompt_id=drafted.prompt_id,
            )
            await record_generation(tx, self._id, module.id, author)
            for objective in drafted.objectives:
                source = OBJECTIVE_SOURCES[objective.origin]
                found = [(objective.text, objective.section)]
                await add_objectives(tx, module.id, found, source=source)
            counts = await self._add_all(tx, module, drafted)
            await finish_generation(tx, self._id, counts, drafted.usage)
            return counts

        return await self._steps.run("draft", compute, record)

    async def _drafted(self, module: Module, options: BuildOptions) -> Drafted:
        await self._tell("draft", "Reading the documents and drafting items")
        sources = await self._sources(module)
        composer = Composer(self._database, self._agents, self._subject, self._id)
        return await composer.draft(sources, options, self._reporter("Drafting"))

    def _reporter(self, what: str) -> Report:
        """Return what tells, from any thread, each hundredth once."""
        loop = asyncio.get_running_loop()
        told = -1

        def report(done: int, total: int | None) -> None:
            nonlocal told
            percent = 100 * done // total if total else 0
            if percent != told:
                told = percent
                asyncio.run_coroutine_threadsafe(self._progress(what, done, total), loop)

        return report

    async def _sources(self, module: Module) -> list[SourceText]:
        store = await self._stores.get(self._subject, str(module.store_id))
        documents = await self._stores.documents(self._subject, store)
        async with self._database.tx(self._subject) as tx:
            chunks = await list_chunks(tx, module_id=module.id)
        sources = []
        for document in documents:
            own = tuple(each for each in chunks if each.document_id == document.id)
            name = document.title or document.file_name or ""
            self._names[str(document.id)] = name
            parsed = await self._stores.read(
                self._subject, document.id, on_progress=self._reporter(f"Reading {name}:")
            )
            sources.append(source_of(document.id, parsed, own))
        if not any(each.kind == "prose" for each in chunks):
            message = f"The module {module.title!r} has no running text to draw items from."
            raise EvigateError(E_MODULE_EMPTY, message)
        return sources

    async def _add_all(self, tx: Tx, module: Module, drafted: Drafted) -> dict[str, Any]:
        objectives = {each.text: each.id for each in await list_objectives(tx, module.id)}
        rows = await _queries.live_keys(tx.connection, module_id=module.id)
        live = {(row["kind"], row["key"]): row for row in rows}
        added, same = 0, 0
        # The map first: what items are about is held against it once it is approved.
        for draft in [*drafted.overviews, *drafted.items]:
            known = live.get((draft.kind, draft.key))
            if known is not None and known["content_hash"] == content_hash_of(draft):
                same += 1
                continue
            old = None
            if known is not None and known["status"] in ("APPROVED", "PENDING_EVAL"):
                old = await get_artifact(tx, known["id"])
            await add_item(
                tx,
                self._id,
                module.id,
                draft,
                origin="generated",
                objective_id=objectives.get(drafted.objective_of.get(draft.key, "")),
                old=old,
                producer=drafted.producers.get(draft.key, "built-in"),
            )
            added += 1
        kinds = Counter(draft.kind for draft in drafted.items)
        return {
            "drafts": added,
            "unchanged": same,
            "kinds": dict(sorted(kinds.items())),
            "refused": drafted.refused,
            "without_items": [
                {**each, "document": self._names.get(each["document_id"]) or each["document"]}
                for each in drafted.without_items
            ],
        }

    async def _judge(self, module: Module, total: int) -> None:
        while True:
            async with self._database.tx(self._subject) as tx:
                rows = await _queries.unjudged(tx.connection, run_id=self._id, module_id=module.id)
                waiting = [row["id"] for row in rows]
            if not waiting:
                return
            total = max(total, len(waiting))
            batch = waiting[:JUDGED_A_STEP]
            await self._progress("Judging", total - len(waiting), total)

            async def compute(batch: list[UUID] = batch) -> int:
                judged = await self._evaluator.evaluate(self._subject, batch, parent_id=self._id)
                return len(judged)

            async def record(_tx: Tx, judged: int) -> Mapping[str, Any]:
                return {"judged": judged}

            # Named by its first item: a batch that a crash cut short is another batch when resumed.
            await self._steps.run(f"judge:{batch[0]}", compute, record)

    async def _index(self, module: Module) -> None:
        async def compute() -> int:
            await self._tell("index", "Making the text searchable")
            store = await self._stores.get(self._subject, str(module.store_id))
            return await self._steps.while_wanted(self._stores.index(self._subject, store))

        async def record(_tx: Tx, passages: int) -> Mapping[str, Any]:
            return {"passages": passages}

        await self._steps.run("index", compute, record)

    async def _summary(self, drafted: Mapping[str, Any]) -> dict[str, Any]:
        async with self._database.tx(self._subject) as tx:
            rows = await _queries.items_of_run(tx.connection, run_id=self._id)
            statuses = Counter(row["status"] for row in rows)
            cost = asdict(await spent(tx, self._id))
        return {**drafted, "statuses": dict(sorted(statuses.items())), "cost": cost}

    async def _tell(self, stage: str, message: str) -> None:
        async with self._database.tx(self._subject) as tx:
            await tell(tx, RUN_STREAM, self._id, "stage_update", stage=stage, message=message)

    async def _progress(self, what: str, done: int, total: int | None) -> None:
        percent = 100.0 * done / total if total else 0.0
        async with self._database.tx(self._subject) as tx:
            text = f"{what} {done} of {total}"
            await tell(tx, RUN_STREAM, self._id, "progress", percent=percent, message=text)


def _no_items(summary: Mapping[str, Any]) -> EvigateError:
    """Return why a build that drafted nothing has failed: the reason of each document, a few."""
    without = summary["without_items"]
    told = [f"{each['document']!r}: {each['reason']}" for each in without[:REASONS_TOLD_MAX]]
    if len(without) > len(told):
        told.append(f"And {len(without) - len(told)} more documents.")
    reasons = " ".join(told) or "The writer gave no item of the kinds that were asked for."
    return EvigateError(E_BUILD_NO_ITEMS, f"No items could be drawn. {reasons}")
