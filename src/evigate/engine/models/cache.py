"""Loaded models within a bound of bytes: loaded once, evicted oldest first, never while in use.

N threads that ask for one model make one load and share its outcome; a failed load is forgotten,
so the next call tries again. Space is reserved before a load by an estimate and corrected by what
the model then measures, so models side by side stay within the bound while they load as well.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from evigate.base.clock import monotonic_s
from evigate.base.errors import EvigateError
from evigate.engine.models.errors import E_MODEL_BUDGET, E_MODEL_LOAD
from evigate.engine.models.protocol import Loaded, LoadedModel

# How long a call waits for models in use to be done before it says that memory is short.
WAIT_S = 30.0
# Endpoints and functions take no bytes worth counting, but connections and names: they are bounded
# by number.
MODELS_MAX = 128


@dataclass(slots=True, eq=False)
class _Entry:
    """A model that is loading or loaded; exactly one of `loaded` and `error` is set in the end."""

    name: str
    size_bytes: int
    use_count: int = 0
    loaded: Loaded | None = None
    error: BaseException | None = None
    is_done: bool = False
    is_dropped: bool = field(default=False)


class ModelCache:
    """The models of one host, by the hash of all that decides what they are."""

    def __init__(self, memory_max_bytes: int, *, wait_s: float = WAIT_S) -> None:
        self._memory_max_bytes = memory_max_bytes
        self._wait_s = wait_s
        self._changed = threading.Condition()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        # Dropped while in use: still in memory, so still counted.
        self._leaving: list[_Entry] = []

    @contextmanager
    def use(
        self, key: str, name: str, *, estimate: Callable[[], int], load: Callable[[], Loaded]
    ) -> Iterator[Loaded]:
        """Hold a model, loading it if need be; it stays in memory until the block ends.

        Raises:
            E_MODEL_BUDGET: it is larger than the bound, or models in use fill it for too long.
            Exception: whatever `estimate` or `load` raised, for every caller that waited for it.
        """
        entry = self._entered(key, name, estimate, load)
        try:
            if entry.loaded is None:
                raise AssertionError("a model that is done and did not fail is loaded")
            yield entry.loaded
        finally:
            self._released(entry)

    def loaded(self) -> list[LoadedModel]:
        """Return what is in memory, the longest unused first."""
        with self._changed:
            entries = [*self._leaving, *self._entries.values()]
            return [
                LoadedModel(entry.name, entry.size_bytes, entry.use_count)
                for entry in entries
                if entry.loaded is not None
            ]

    def is_loaded(self, key: str) -> bool:
        """Say whether a model is in memory and may be used at once."""
        with self._changed:
            entry = self._entries.get(key)
            return entry is not None and entry.loaded is not None

    def drop(self, key: str) -> bool:
        """Forget a model; where it is in use it is closed when that use ends. False if not here."""
        with self._changed:
            entry = self._entries.get(key)
            if entry is None or not entry.is_done:
                return False
            self._dropped(key)
            self._changed.notify_all()
        return True

    def clear(self) -> None:
        """Forget every model, as `drop` does."""
        with self._changed:
            keys = [key for key, entry in self._entries.items() if entry.is_done]
        for key in keys:
            self.drop(key)

    def _entered(
        self, key: str, name: str, estimate: Callable[[], int], load: Callable[[], Loaded]
    ) -> _Entry:
        with self._changed:
            entry = self._entries.get(key)
            if entry is not None:
                return self._joined(key, entry)
            entry = _Entry(name, 0, use_count=1)
            self._entries[key] = entry
            while len(self._entries) > MODELS_MAX and self._evicted_one():
                pass
            try:
                self._reserve(entry, estimate())
            except BaseException as error:
                self._failed(key, entry, error)
                raise
        try:
            loaded = load()
            with self._changed:
                # The model's own measure may need more room than its estimate.
                try:
                    self._reserve(entry, loaded.size_bytes)
                except BaseException:
                    loaded.close()
                    raise
                entry.loaded, entry.is_done = loaded, True
                self._changed.notify_all()
        except BaseException as error:
            with self._changed:
                self._failed(key, entry, error)
            raise
        return entry

    def _joined(self, key: str, entry: _Entry) -> _Entry:
        """Take part in a load under way, or use what is loaded; the lock is held."""
        entry.use_count += 1
        while not entry.is_done:
            self._changed.wait()
        if isinstance(entry.error, Exception):
            raise entry.error
        if entry.error is not None:  # another thread's interruption is not this one's
            raise EvigateError(E_MODEL_LOAD, f"The load of {entry.name!r} was interrupted.")
        if key in self._entries:
            self._entries.move_to_end(key)
        return entry

    def _failed(self, key: str, entry: _Entry, error: BaseException) -> None:
        entry.error, entry.is_done, entry.size_bytes = error, True, 0
        self._entries.pop(key, None)
        self._changed.notify_all()

    def _released(self, entry: _Entry) -> None:
        with self._changed:
            entry.use_count -= 1
            if entry.is_dropped and entry.use_count == 0:
                self._leaving.remove(entry)
                self._close(entry)
            self._changed.notify_all()

    def _reserve(self, entry: _Entry, size_bytes: int) -> None:
        """Make room for a model of this size and give it to the entry; the lock is held."""
        if size_bytes > self._memory_max_bytes:
            raise EvigateError(
                E_MODEL_BUDGET,
                f"The model {entry.name!r} takes {size_bytes} bytes, and all models together "
                f"may take {self._memory_max_bytes}.",
            )
        deadline_s = monotonic_s() + self._wait_s
        while self._others(entry) + size_bytes > self._memory_max_bytes:
            if self._evicted_one(size_min_bytes=1):
                continue
            left_s = deadline_s - monotonic_s()
            if left_s <= 0 or not self._changed.wait(left_s):
                raise EvigateError(
                    E_MODEL_BUDGET,
                    f"Models in use leave no room for {entry.name!r} ({size_bytes} bytes).",
                )
        entry.size_bytes = size_bytes

    def _others(self, entry: _Entry) -> int:
        held = [*self._leaving, *self._entries.values()]
        return sum(other.size_bytes for other in held if other is not entry)

    def _evicted_one(self, *, size_min_bytes: int = 0) -> bool:
        """Close the longest unused model of at least this size; False if all of them are in use."""
        for key, entry in self._entries.items():
            if entry.is_done and entry.use_count == 0 and entry.size_bytes >= size_min_bytes:
                self._dropped(key)
                return True
        return False

    def _dropped(self, key: str) -> None:
        entry = self._entries.pop(key)
        entry.is_dropped = True
        if entry.use_count == 0:
            self._close(entry)
        else:
            self._leaving.append(entry)

    @staticmethod
    def _close(entry: _Entry) -> None:
        if entry.loaded is not None:
            entry.loaded.close()
        entry.loaded = None
        entry.size_bytes = 0
