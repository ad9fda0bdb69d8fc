"""What the doors count, in Prometheus' text; verbs are labels, tenants never are."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from evigate.engine.server.queries import load

if TYPE_CHECKING:
    from evigate.engine.core import Core

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MODES = ("vector", "lexical", "hybrid")
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 600.0)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "evigate_requests",
            "Calls that ended, by door, verb and code.",
            ("door", "verb", "code"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "evigate_request_seconds",
            "How long calls took.",
            ("verb",),
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "evigate_requests_in_flight", "Calls that run now.", registry=self.registry
        )
        self.streams = Gauge(
            "evigate_streams_open", "Streams that are open now.", registry=self.registry
        )
        self.searches = Counter(
            "evigate_searches", "Searches by mode.", ("mode",), registry=self.registry
        )

    def watch(self, core: "Core") -> None:
        """Show also what a core knows of itself, read when it is asked for."""
        self.registry.register(_CoreCollector(core))

    def searched(self, mode: object) -> None:
        """Count a search; a mode that is none of ours is no label."""
        self.searches.labels(str(mode) if mode in MODES else "default").inc()

    def text(self) -> bytes:
        """Return everything in Prometheus' text."""
        return bytes(generate_latest(self.registry))


class _CoreCollector(Collector):
    def __init__(self, core: "Core") -> None:
        self._core = core

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        loaded = self._core.models.loaded() if "models" in vars(self._core) else []
        size = sum(each.size_bytes for each in loaded)
        yield _gauge("evigate_models_loaded", "Models in memory.", lambda: len(loaded))
        yield _gauge("evigate_models_bytes", "Memory that models take.", lambda: size)
        with self._core.database.maintenance("metrics") as tx:
            lag = load().topics_lag(tx.connection) or 0
        yield _gauge(
            "evigate_topics_lag_max",
            "Messages that the consumer group furthest behind has not yet taken.",
            lambda: lag,
        )


def _gauge(name: str, text: str, value: Callable[[], float]) -> Metric:
    return GaugeMetricFamily(name, text, value=value())
