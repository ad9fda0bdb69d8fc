"""The one file that knows Ray: notebooks run as its tasks, behind the face of the local executor.

The journey stays with our worker, which holds its place in the queue, so tenants take turns as they
do without Ray; only the sandboxed process is elsewhere. What a task needs is sent with it
(notebook, limits, prepared data) and what it left comes back as a value, so a node shares no disk
with us. A node has this package and what its notebooks import; it builds no environments.
"""

import asyncio
import io
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

from evigate.base.errors import EvigateError
from evigate.base.zips import zip_bytes
from evigate.kernel.sandbox import Interpreter, RunLimits, SandboxLevel
from evigate.papers.errors import E_EXECUTOR_UNAVAILABLE
from evigate.papers.runs.execute import Cancelled, OnEvent, execute_notebook
from evigate.papers.runs.models import RunOutcome

POLL_S = 0.2
DATA_BYTES_MAX = 512 * 1024 * 1024
LIMIT_FIELDS = (
    "memory_bytes", "file_bytes", "process_count", "open_files", "log_bytes", "events_bytes",
    "outputs_bytes", "metrics_bytes", "disk_bytes", "disk_names", "is_gpu_allowed",
)  # fmt: skip


def _load() -> Any:
    """Return Ray's module.

    Raises:
        EvigateError[E_EXECUTOR_UNAVAILABLE]: the extra is not installed.
    """
    try:
        import ray
    except ModuleNotFoundError as error:
        message = "Runs are to go to Ray, which is not installed: `pip install 'evigate[ray]'`."
        raise EvigateError(E_EXECUTOR_UNAVAILABLE, message) from error
    return ray


class RayExecutor:
    """Runs notebooks as tasks of a Ray cluster; `address` is the cluster's, as Ray takes it."""

    name = "ray"

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()

    def _connected(self) -> Any:
        """Return Ray, connected; blocks at the first call.

        Raises:
            EvigateError[E_EXECUTOR_UNAVAILABLE]: Ray is not installed, or nobody answers there.
        """
        ray = _load()
        with self._lock:
            if not ray.is_initialized():
                try:
                    ray.init(
                        address=None if self._address == "local" else self._address,
                        log_to_driver=False,
                        include_dashboard=False,
                    )
                except (ConnectionError, OSError, RuntimeError, ValueError) as error:
                    message = f"Ray does not answer at {self._address!r}: {error}"
                    raise EvigateError(E_EXECUTOR_UNAVAILABLE, message) from error
        return ray

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
        """Run a notebook on some node; `workdir` stays empty here.

        Raises:
            EvigateError[E_EXECUTOR_UNAVAILABLE]: Ray is not here, the node died, or an environment
                of the run's own is asked for, which nodes do not build.
        """
        if interpreter is not None:
            message = "Nodes of Ray build no environments; run it on this machine."
            raise EvigateError(E_EXECUTOR_UNAVAILABLE, message)
        ray = await asyncio.to_thread(self._connected)
        order = {
            "notebook": notebook,
            "budget_s": budget_s,
            "seed": seed,
            "limits": {name: getattr(limits, name) for name in LIMIT_FIELDS},
            "level": limits.level.value if limits.level else None,
            "data": None if data is None else await asyncio.to_thread(_packed, data),
        }
        mailbox = ray.remote(num_cpus=0)(_Mailbox).remote()
        task = ray.remote(num_cpus=1, max_retries=0)(_run_on_node).remote(order, mailbox)
        try:
            return await self._followed(ray, task, mailbox, on_event, cancelled)
        except ray.exceptions.RayError as error:
            message = f"The node that ran the notebook failed: {type(error).__name__}."
            raise EvigateError(E_EXECUTOR_UNAVAILABLE, message) from error
        finally:
            ray.kill(mailbox)

    async def _followed(
        self, ray: Any, task: Any, mailbox: Any, on_event: OnEvent, cancelled: Cancelled
    ) -> RunOutcome:
        """Pass events on as they come, carry a wish to stop over, and return the outcome."""
        is_told = False
        while True:
            done, _ = await asyncio.to_thread(ray.wait, [task], timeout=POLL_S)
            if not is_told and _is_set(cancelled):
                is_told = True
                await asyncio.to_thread(ray.get, mailbox.cancel.remote())
            for kind, payload in await asyncio.to_thread(ray.get, mailbox.take.remote()):
                answer = on_event(kind, payload)
                if answer is not None:
                    await answer
            if done:
                outcome: RunOutcome = await asyncio.to_thread(ray.get, task)
                return outcome


def _is_set(cancelled: Cancelled) -> bool:
    if cancelled is None:
        return False
    return cancelled.is_set() if isinstance(cancelled, asyncio.Event) else cancelled()


class _Mailbox:
    """Between a task and the worker that follows it: events one way, the wish to stop the other."""

    def __init__(self) -> None:
        self._events: list[tuple[str, dict[str, Any]]] = []
        self._is_cancelled = False

    def put(self, events: list[tuple[str, dict[str, Any]]]) -> bool:
        """Add events; return whether the run is to stop."""
        self._events += events
        return self._is_cancelled

    def take(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what has come since the last call."""
        found, self._events = self._events, []
        return found

    def cancel(self) -> None:
        """Have the run stop."""
        self._is_cancelled = True


def _run_on_node(order: dict[str, Any], mailbox: Any) -> RunOutcome:
    """What a task does: the local executor, in a folder of its own."""
    return asyncio.run(_run_here(order, mailbox))


async def _run_here(order: dict[str, Any], mailbox: Any) -> RunOutcome:
    ray = _load()
    waiting: list[tuple[str, dict[str, Any]]] = []
    stop = asyncio.Event()

    async def post() -> None:
        events = list(waiting)
        waiting.clear()
        if await asyncio.to_thread(ray.get, mailbox.put.remote(events)):
            stop.set()

    async def posting() -> None:
        while True:
            await asyncio.sleep(POLL_S)
            await post()

    level = SandboxLevel(order["level"]) if order["level"] else None
    with tempfile.TemporaryDirectory(prefix="evigate-ray-") as folder:
        work, data = Path(folder) / "work", Path(folder) / "data"
        work.mkdir()
        if order["data"] is not None:
            _unpack(order["data"], data)
        posted = asyncio.create_task(posting())
        try:
            return await execute_notebook(
                order["notebook"],
                workdir=work,
                budget_s=order["budget_s"],
                seed=order["seed"],
                on_event=lambda kind, payload: waiting.append((kind, payload)),
                cancelled=stop,
                limits=RunLimits(**order["limits"], level=level),
                data=None if order["data"] is None else data,
            )
        finally:
            posted.cancel()
            await post()


def _packed(folder: Path) -> bytes:
    """Return a folder's files as one value.

    Raises:
        EvigateError[E_EXECUTOR_UNAVAILABLE]: they are more than a task can be sent.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if sum(path.stat().st_size for path in files) > DATA_BYTES_MAX:
        message = f"The data are more than {DATA_BYTES_MAX} bytes, which is too much to send."
        raise EvigateError(E_EXECUTOR_UNAVAILABLE, message)
    return zip_bytes({path.relative_to(folder).as_posix(): path.read_bytes() for path in files})


def _unpack(content: bytes, folder: Path) -> None:
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
