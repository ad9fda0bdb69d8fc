"""Our own supervisor for an embedded PostgreSQL: init, start, share, stop.

Every process that uses the server holds a shared lock on one file; the last to leave stops the
server. Locks vanish with their process, so a killed process never keeps the server alive for
ever and never takes it from another. The first start after a crash may fail while the old shared
memory is let go (measured: 2 of 2), so starting is tried again.
"""

import contextlib
import fcntl
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg.sql import SQL, Identifier

from evigate.base.errors import EvigateError
from evigate.kernel.db.account import Account, place_binaries, place_cluster, server_account
from evigate.kernel.db.binaries import find_postgres
from evigate.kernel.db.errors import E_POSTGRES_START

OWNER = "evigate_owner"
START_ATTEMPTS = 8
START_TIMEOUT_S = 60
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "log_min_messages": "fatal",
    "timezone": "UTC",
}


class EmbeddedServer:
    """A running server that this process shares with others; `close` lets go of it."""

    def __init__(self, home: Path, programs: Path, account: Account, password: str) -> None:
        self.home = home
        self.password = password
        self._programs = programs
        self._account = account
        self._cluster = home / "cluster"
        self._log = home / "server.log"
        self._users: int | None = None
        self.port = 0

    @classmethod
    def start(cls, data_dir: Path, password: str, *, programs: str | None = None) -> Self:
        """Return the server of `data_dir`, made or started if need be; blocks for seconds.

        Args:
            data_dir: an existing folder; the cluster goes below it, or below /var/lib when the
                server's account cannot reach it.
            password: of the owner role; the same at every start.
            programs: a PostgreSQL bin folder; found by itself when None.

        Raises:
            EvigateError[E_POSTGRES_MISSING]: there are no programs.
            EvigateError[E_POSTGRES_START]: the server did not start; the message names its log.
        """
        account = server_account()
        home = place_cluster(data_dir, account)
        folder = place_binaries(find_postgres(programs), account)
        server = cls(home, folder, account, password)
        server._acquire()
        return server

    def url(self, database: str = "postgres") -> str:
        """Return a libpq URL of the owner role."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def ensure_database(self, name: str) -> None:
        """Make a database of that name unless there is one."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, (name,)).fetchone() is None:
                with contextlib.suppress(psycopg.errors.DuplicateDatabase):
                    connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))

    def keep(self) -> None:
        """Leave the server running when its last user goes, until `stop`."""
        (self.home / "kept").touch(mode=0o600)

    def stop(self) -> bool:
        """Let go of the server for good; False where others still use it, who then stop it."""
        (self.home / "kept").unlink(missing_ok=True)
        self.close()
        return not self._is_running()

    def revive(self) -> bool:
        """Start the server again if it has died; tell whether it had."""
        if self._users is None or _answers(self.port):
            return False
        with self._starting():
            self._ensure_running()
        return True

    def close(self) -> None:
        """Let go of the server and stop it if nobody else uses it; calling twice is harmless."""
        if self._users is None:
            return
        handle, self._users = self._users, None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            if self._is_running() and not (self.home / "kept").exists():
                self._control("stop", "-m", "fast", "-w", "-t", "30")
        finally:
            os.close(handle)

    def _acquire(self) -> None:
        self._users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._users, fcntl.LOCK_SH)
        try:
            with self._starting():
                if not (self._cluster / "PG_VERSION").exists():
                    self._initialise()
                self._ensure_running()
        except BaseException:
            os.close(self._users)
            self._users = None
            raise

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Let one process at a time look at the server and start it."""
        gate = os.open(self.home / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield
        finally:
            os.close(gate)

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there, so a crash leaves no half of one."""
        scratch = Path(tempfile.mkdtemp(prefix="cluster.", dir=self.home))
        self._account.give(scratch)
        secret = self.home / f"{scratch.name}.password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        self._account.give(secret)
        try:
            self._run(
                "initdb",
                f"--pgdata={scratch}",
                f"--username={OWNER}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C.UTF-8",
                "--data-checksums",
            )
        finally:
            secret.unlink()
        with (scratch / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
        scratch.rename(self._cluster)

    def _ensure_running(self) -> None:
        for attempt in range(START_ATTEMPTS):
            if self._is_running() and (port := self._last_port()) and _answers(port):
                self.port = port
                (self.home / "port").write_text(str(port))
                return
            self._launch(attempt)
        raise EvigateError(
            E_POSTGRES_START, f"The embedded PostgreSQL did not start; its log is {self._log}."
        )

    def _launch(self, attempt: int) -> None:
        if attempt:
            time.sleep(min(0.25 * 2**attempt, 2.0))
        port = self._usable_port()
        done = self._control(
            "start", "-w", "-t", str(START_TIMEOUT_S), "-l", str(self._log), "-o", f"-p {port}"
        )
        if done.returncode and attempt + 1 == START_ATTEMPTS:
            raise EvigateError(
                E_POSTGRES_START,
                f"The embedded PostgreSQL did not start; its log is {self._log}.",
                detail={"pg_ctl": done.stderr.strip()[-500:]},
            )

    def _is_running(self) -> bool:
        return self._control("status").returncode == 0

    def _last_port(self) -> int | None:
        try:
            return int((self._cluster / "postmaster.pid").read_text().splitlines()[3])
        except (OSError, IndexError, ValueError):
            return None

    def _usable_port(self) -> int:
        """Return the port of last time if it is free, so that open pools find the server again."""
        with contextlib.suppress(OSError, ValueError):
            last = int((self.home / "port").read_text())
            if _is_free(last):
                return last
        return _free_port()

    def _control(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [str(self._programs / "pg_ctl"), "-D", str(self._cluster), *arguments]
        # pg_ctl's child keeps inherited pipes open for its whole life, so output goes to a file.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **self._options()
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, "", output.read())

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, **self._options())
        if done.returncode:
            message = f"{program} failed: {done.stderr.strip()[-500:]}"
            raise EvigateError(E_POSTGRES_START, message)

    def _options(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        # A session of its own: a Ctrl-C at the terminal must not reach the server.
        return {
            "check": False,
            "cwd": self.home,
            "env": environment,
            "start_new_session": True,
            **self._account.popen_options(),
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True
