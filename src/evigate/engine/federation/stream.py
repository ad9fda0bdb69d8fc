"""A statement that runs: its clock, its end from outside, its rows a batch at a time.

The time limit counts the time spent in DuckDB, not that of a slow reader. Whoever closes the
stream, or drops it, ends the statement.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import pyarrow as pa

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.engine.federation.duck import DuckError, is_interrupt, translate
from evigate.engine.federation.errors import E_SQL_CANCELLED, E_SQL_ROWS, E_SQL_TIMEOUT

BATCH_ROWS = 65_536
TIMEOUT_S = 300.0
ROWS_MAX = 50_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one statement may use; the memory limit is its tenant's database's."""

    timeout_s: float = TIMEOUT_S
    rows_max: int = ROWS_MAX


class Guard:
    """The clock of one statement, and the switch that ends it."""

    def __init__(self, interrupt: Callable[[], None], limits: Limits) -> None:
        self._interrupt = interrupt
        self._limits = limits
        self._left_s = limits.timeout_s
        self._is_late = False
        self._is_cancelled = False

    def cancel(self) -> None:
        """End the statement, now or when it starts."""
        self._is_cancelled = True
        # It may have ended in between: its connection is closed then.
        with suppress(DuckError):
            self._interrupt()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let DuckDB work for as long as is left; its failures leave as ours."""
        self._check()
        timer = threading.Timer(min(max(self._left_s, 0.0), threading.TIMEOUT_MAX), self._expire)
        timer.daemon = True
        begun_s = monotonic_s()
        timer.start()
        try:
            yield
        except EvigateError:
            raise
        except (DuckError, pa.ArrowException, OSError, RuntimeError) as error:
            if is_interrupt(error):
                self._check()
            raise translate(error) from error
        finally:
            timer.cancel()
            self._left_s -= monotonic_s() - begun_s

    def _expire(self) -> None:
        self._is_late = True
        self._interrupt()

    def _check(self) -> None:
        if self._is_cancelled:
            raise EvigateError(E_SQL_CANCELLED, "The statement was cancelled.")
        if self._is_late or self._left_s <= 0:
            raise EvigateError(
                E_SQL_TIMEOUT, f"The statement took longer than {self._limits.timeout_s} s."
            )


class SqlStream:
    """The rows of a statement as Arrow record batches, read as DuckDB makes them.

    It reads like a `pyarrow.RecordBatchReader` and is one for whoever takes the Arrow C stream;
    its failures carry codes, and `close` ends the statement.
    """

    def __init__(
        self, source: pa.RecordBatchReader, guard: Guard, limits: Limits, close: Callable[[], None]
    ) -> None:
        self._source = source
        self._guard = guard
        self._limits = limits
        self._close = close
        self._is_closed = False
        self._row_count = 0

    @property
    def schema(self) -> pa.Schema:
        """The columns."""
        return self._source.schema

    def read_next_batch(self) -> pa.RecordBatch:
        """Return the next batch; StopIteration when there is none, and the statement is over.

        Raises:
            E_SQL_TIMEOUT, E_SQL_MEMORY, E_SQL_CANCELLED: it was ended.
            E_SQL_ROWS: there are more rows than it may return.
        """
        if self._is_closed:
            raise StopIteration
        try:
            with self._guard.running():
                batch = next(self._source, None)
            if batch is None:
                raise StopIteration
            self._row_count += batch.num_rows
            if self._row_count > self._limits.rows_max:
                raise EvigateError(
                    E_SQL_ROWS, f"The statement returns more than {self._limits.rows_max} rows."
                )
        except BaseException:
            self.close()
            raise
        return batch

    def read_all(self) -> pa.Table:
        """Return the rest of the rows."""
        return pa.Table.from_batches(list(self), self.schema)

    def cancel(self) -> None:
        """End the statement from any thread; its reader gets E_SQL_CANCELLED."""
        self._guard.cancel()

    def close(self) -> None:
        """End the statement; closing twice is fine."""
        if not self._is_closed:
            self._is_closed = True
            self._close()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        return self.read_next_batch()

    def __enter__(self) -> "SqlStream":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_is_closed", True):
            self.close()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, iter(self))
        return reader.__arrow_c_stream__(requested_schema)
