"""Whether a worker lives: a lock that the server frees when the worker's process is gone.

A heartbeat alone cannot tell a dead worker from one whose event loop is held up by a long
computation, and a job taken from the second would run twice. So each worker also holds a lock of
its session on a connection of its own, which the server frees at once when the process ends, and
within half a minute when its machine does. Jobs are taken back only from a worker that is late
with its heartbeat and holds its lock no more.
"""

import psycopg
import structlog

log = structlog.get_logger(__name__)

# The server notices a vanished machine after 10 + 3 x 5 s; within one machine it knows at once.
OPTIONS = (
    "-c search_path=procrastinate -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
    " -c tcp_keepalives_count=3"
)
HOLD = "SELECT pg_advisory_lock(hashtextextended('worker ' || %s::bigint, 0))"
# One rescuer at a time, and what it sees is what the one before it left.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('rescue of jobs', 0))"
RESCUE = """
WITH stalled AS MATERIALIZED (
  SELECT j.id, j.task_name, j.worker_id
  FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
  WHERE j.status = 'doing' AND j.worker_id IS DISTINCT FROM %s
    AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))
), dead AS MATERIALIZED (
  SELECT id, task_name FROM stalled
  WHERE worker_id IS NULL
     OR pg_try_advisory_xact_lock(hashtextextended('worker ' || worker_id, 0))
)
SELECT id, task_name, procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM dead
"""


class Life:
    """The connection that says that a worker lives, and takes jobs back from the dead."""

    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection
        self._worker_id: int | None = None

    @classmethod
    async def begin(cls, queue_url: str) -> "Life":
        """
        Connect; nothing is held yet.

        Raises:
            psycopg.OperationalError: the server does not answer.
        """
        return cls(
            await psycopg.AsyncConnection.connect(queue_url, autocommit=True, options=OPTIONS)
        )

    async def hold(self, worker_id: int | None) -> None:
        """Hold the worker's lock until `end`; a second call for the same worker does nothing."""
        if worker_id is not None and worker_id != self._worker_id:
            await self._connection.execute(HOLD, (worker_id,))
            self._worker_id = worker_id

    async def rescue(self, dead_after_s: float) -> None:
        """
        Give the jobs of dead workers back to the queue; one's own are never taken.

        Raises:
            psycopg.OperationalError: the connection is lost, and with it the lock.
        """
        async with self._connection.transaction():
            await self._connection.execute(ALONE)
            found = await self._connection.execute(RESCUE, (self._worker_id, dead_after_s))
            for job_id, task, _ in await found.fetchall():
                log.info("job_rescued", job=job_id, task=task)

    async def end(self) -> None:
        """Close the connection, which frees the lock."""
        await self._connection.close()
