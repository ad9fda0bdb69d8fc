"""`evigate.connect`: a folder or a server becomes an engine's handle.

In process it starts (or shares) the embedded database of the folder and stands for its operator.
Many handles and processes may connect to one folder.
"""

import asyncio
import atexit
import threading
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import structlog

from evigate.base.errors import E_INVALID, EvigateError
from evigate.base.subject import Subject
from evigate.boot.engine import engine_options, open_database
from evigate.boot.settings import Settings, load_settings
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.errors import E_TENANT_MISSING
from evigate.kernel.db import Database, EmbeddedServer
from evigate.kernel.tenancy import TenancyService, find_operator

log = structlog.get_logger(__name__)

WATCH_S = 1.0

Value = TypeVar("Value")


def connect(target: str | Path = ".evigate", *, token: str | None = None) -> Any:
    """Open an engine.

    Args:
        target: a folder (made if it is not there), as a path or file:// URL; or
            grpc://host:port of a server, grpc+tls://host:port with TLS.
        token: an API token, for a server.

    Returns:
        A handle for the home tenant of the folder, or for the token's tenant. Close it, or use it
        in a `with` block; at the end of the process it closes itself.

    Raises:
        EvigateError[E_POSTGRES_START | E_DATABASE_UNAVAILABLE]: the database does not answer.
        EvigateError[E_INVALID]: the target is neither, or cannot be made a folder.
        EvigateError[E_SETTINGS_INVALID]: an EVIGATE_ setting is wrong.
    """
    text = str(target)
    if text.startswith(("grpc://", "grpc+tls://")):
        from evigate.client.remote import connect_remote

        return connect_remote(text, token)
    folder = unquote(urlsplit(text).path) if text.startswith("file:") else text
    settings = load_settings().model_copy(update={"data_dir": _folder(text, folder)})
    return _InProcess(settings).handle()


def _folder(text: str, folder: str) -> Path:
    """Return the folder's place, made if it is not there; `text` is what the caller named."""
    if not folder.strip() or "\x00" in folder or "://" in folder:
        message = (
            f"{text!r} is neither a folder nor the address of a server (grpc://, grpc+tls://)."
        )
        raise EvigateError(E_INVALID, message)
    path = (Path.cwd() / folder).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {text!r} cannot be made: {error.strerror}."
        raise EvigateError(E_INVALID, message) from error
    return path


class _InProcess:
    """An engine of this process, over the database of one folder."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key, self._server, self._urls = open_database(settings)
        self._core = Core(
            self._urls, self._key, engine_options(settings), tenant_of=self._tenant_of
        ).open()
        self._stop = threading.Event()
        if self._server is not None:
            threading.Thread(
                target=self._watch, args=(self._server,), name="evigate-watch", daemon=True
            ).start()
        atexit.register(self.close)

    def handle(self) -> Engine:
        """Return the home tenant's handle; the tenant is made at first use."""
        slug = self._settings.tenant
        subject = find_operator(self._core.database, slug)
        if subject is None:
            _run(self._make_home())
            subject = find_operator(self._core.database, slug)
        assert subject is not None
        return Engine(self._core, subject, on_close=self.close)

    def close(self) -> None:
        """Let go of the engine and of the server."""
        if self._stop.is_set():
            return
        self._stop.set()
        atexit.unregister(self.close)
        self._core.close()
        if self._server is not None:
            self._server.close()

    async def _make_home(self) -> None:
        database = Database(self._urls)
        await database.open()
        try:
            await TenancyService(database).ensure_tenant(
                self._settings.tenant, "Home", owner_email=self._settings.owner_email
            )
        finally:
            await database.close()

    def _tenant_of(self, subject: Subject, name: str) -> Subject:
        """Whoever may run this process may act for each tenant of its folder."""
        found = find_operator(self._core.database, name)
        if found is None:
            raise EvigateError(E_TENANT_MISSING, f"There is no tenant {name!r}.")
        return found

    def _watch(self, server: EmbeddedServer) -> None:
        while not self._stop.wait(WATCH_S):
            try:
                if server.revive():
                    log.warning("database_restarted", port=server.port)
            except Exception as error:
                log.error("database_restart_failed", error=str(error))


def _run(work: Coroutine[Any, Any, Value]) -> Value:
    """Run a coroutine to its end, in a thread: the caller's may have a loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
