"""Where notebooks are run: on this machine, or on others behind the same face."""

from pathlib import Path
from typing import Protocol

from evigate.kernel.sandbox import Interpreter, RunLimits
from evigate.papers.runs.execute import Cancelled, OnEvent, execute_notebook
from evigate.papers.runs.models import RunOutcome


class Executor(Protocol):
    """Runs a notebook somewhere; the arguments and the outcome are those of `execute_notebook`."""

    @property
    def name(self) -> str:
        """What is written of a run: "local" or "ray"."""
        ...

    async def run(
        self,
        notebook: bytes,
        *,
        workdir: Path,
        budget_s: float,
        seed: int,
        on_event: OnEvent,
        cancelled: Cancelled,
        limits: RunLimits,
        data: Path | None,
        interpreter: Interpreter | None,
    ) -> RunOutcome:
        """Run a notebook."""
        ...


class LocalExecutor:
    """Runs notebooks in processes of this machine."""

    name = "local"

    async def run(
        self,
        notebook: bytes,
        *,
        workdir: Path,
        budget_s: float,
        seed: int,
        on_event: OnEvent,
        cancelled: Cancelled,
        limits: RunLimits,
        data: Path | None,
        interpreter: Interpreter | None,
    ) -> RunOutcome:
        """Run a notebook here."""
        return await execute_notebook(
            notebook,
            workdir=workdir,
            budget_s=budget_s,
            seed=seed,
            on_event=on_event,
            cancelled=cancelled,
            limits=limits,
            data=data,
            interpreter=interpreter,
        )
