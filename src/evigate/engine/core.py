"""One process's engine: everything that handles share, made when it is first asked for.

A core has no tenant; a handle is a core and a subject. Heavy libraries load with the part that
needs them, so that connecting is quick.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.cache import Catalog, CatalogCache
from evigate.engine.catalog.models import Model
from evigate.engine.errors import E_ENGINE_CLOSED, E_MODEL_CANDIDATE, E_MODEL_MISSING
from evigate.engine.sessions.sweep import sweep_sessions
from evigate.kernel.db import DatabaseUrls, SyncDatabase
from evigate.kernel.secrets import SealingKey, SyncVault
from evigate.kernel.storage import FileMirror

if TYPE_CHECKING:
    from evigate.engine.audit.service import AuditService
    from evigate.engine.embed.service import EmbedService
    from evigate.engine.federation.duck import Duck
    from evigate.engine.federation.relations import Catalog as SqlCatalog
    from evigate.engine.federation.session import SqlSession
    from evigate.engine.inputs import SourceService
    from evigate.engine.models import ModelHost
    from evigate.engine.mutable.service import MutableService
    from evigate.engine.searching import SearchService
    from evigate.engine.sessions.service import SessionService
    from evigate.engine.tables.state import TableStates
    from evigate.engine.tables.store import TableStore
    from evigate.engine.topics.service import TopicService
    from evigate.engine.train.trainer import Trainer

log = structlog.get_logger(__name__)

TenantOf = Callable[[Subject, str], Subject]

SESSIONS_MAX = 256


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the settings say of the engine.

    Args:
        root: the folder of tables, snapshots and models.
        memory_bytes: that one tenant's SQL may take before it spills.
        model_memory_bytes: that loaded models may take together.
        threads: of SQL and of embedding.
        sql_timeout_s: after which a statement is ended.
        mirror: where tables are kept for other machines as well; None for this one alone.
        nats_url: of the server that topics with the broker `nats` are relayed to.
    """

    root: Path
    memory_bytes: int = 4 << 30
    model_memory_bytes: int = 2 << 30
    threads: int = 2
    sql_timeout_s: float = 300.0
    nats_url: str | None = None
    mirror: FileMirror | None = None


class Core:
    """Shared by every handle of a process; thread-safe."""

    def __init__(
        self,
        urls: DatabaseUrls,
        key: SealingKey,
        options: EngineOptions,
        *,
        tenant_of: TenantOf,
    ) -> None:
        """Make it; `tenant_of` turns a subject and a tenant's name or id into that tenant's."""
        self.options = options
        self.database = SyncDatabase(urls)
        self.vault = SyncVault(key)
        self.tenant_of = tenant_of
        self._key = key
        self._ducks: dict[UUID | None, Duck] = {}
        self._sessions: dict[Subject, SqlSession] = {}
        self._lock = threading.RLock()
        self._is_open = False

    def open(self) -> "Core":
        """Open the database and begin to hear of changes."""
        self.database.open()
        sweep_sessions(self.database)
        self.catalogs.listen()
        self._is_open = True
        return self

    def warm(self) -> None:
        """Load what the first search would wait for; a server does so beside its start."""
        from evigate.engine import asking  # noqa: F401  it brings the libraries of search
        from evigate.engine.models import BUILT_IN, DEFAULT_MODEL

        try:
            self.models.preload(BUILT_IN[DEFAULT_MODEL])
        except EvigateError as error:
            log.warning("model_not_preloaded", error=error.message)

    def close(self) -> None:
        """Let go of everything; calling it twice is fine."""
        if not self._is_open:
            return
        self._is_open = False
        made = vars(self)
        for name in ("trainer", "ephemerals", "audit", "searches", "topics", "models"):
            if name in made:
                made[name].close()
        for duck in self._ducks.values():
            duck.close()
        self.catalogs.close()
        self.database.close()

    def check_open(self) -> None:
        """Refuse work after the end.

        Raises:
            EvigateError[E_ENGINE_CLOSED]: it was closed.
        """
        if not self._is_open:
            raise EvigateError(E_ENGINE_CLOSED, "This engine was closed.")

    def derive(self, purpose: str) -> bytes:
        """Return a key of 32 bytes for one purpose."""
        return self._key.derive(purpose)

    @property
    def root(self) -> Path:
        """The folder of tables, snapshots and models."""
        return self.options.root

    @cached_property
    def catalogs(self) -> CatalogCache:
        """Every tenant's catalog."""
        return CatalogCache(self.database)

    def catalog(self, subject: Subject) -> Catalog:
        """Return a tenant's catalog."""
        return self.catalogs.get(subject)

    @cached_property
    def tables(self) -> "TableStore":
        """Result tables."""
        from evigate.engine.tables.store import TableStore

        return TableStore(self.database, self.catalogs, self.root, self.options.mirror)

    @cached_property
    def sources(self) -> "SourceService":
        """Sources."""
        from evigate.engine.inputs import SourceService

        return SourceService(
            self.database,
            self.catalogs,
            self.vault,
            self.root,
            self.duck,
            self.options.mirror,
        )

    @cached_property
    def models(self) -> "ModelHost":
        """Loaded models."""
        from evigate.engine.models import ModelHost

        return ModelHost(
            self.root / "models",
            memory_max_bytes=self.options.model_memory_bytes,
            threads=self.options.threads,
        )

    @cached_property
    def embeds(self) -> "EmbedService":
        """Embedding and text tables."""
        from evigate.engine.embed.service import EmbedService

        return EmbedService(self.database, self.tables, self.sources, self.models)

    @cached_property
    def searches(self) -> "SearchService":
        """Searchers."""
        from evigate.engine.searching import SearchService

        return SearchService(self.tables, self.sources, self.embeds)

    @cached_property
    def topics(self) -> "TopicService":
        """Topics."""
        from evigate.engine.topics.service import TopicService

        return TopicService(self.database, nats_url=self.options.nats_url)

    @cached_property
    def mutables(self) -> "MutableService":
        """Mutable tables."""
        from evigate.engine.mutable.service import MutableService

        return MutableService(self.database)

    @cached_property
    def ephemerals(self) -> "SessionService":
        """Ephemeral sessions."""
        from evigate.engine.sessions.service import SessionService

        return SessionService(self.database, self.mutables, self._sql_with)

    def _sql_with(self, subject: Subject, own: "SqlCatalog") -> "SqlSession":
        """SQL in which a session's tables come before the tenant's names."""
        from evigate.engine.relations import TenantCatalog, make_session
        from evigate.engine.sessions.names import LayeredCatalog

        layered = LayeredCatalog(own, TenantCatalog(self, subject))
        return make_session(self, subject, catalog=layered)

    @cached_property
    def audit(self) -> "AuditService":
        """The record of searches."""
        from evigate.engine.audit.service import AuditService

        return AuditService(self.database, self.derive)

    @cached_property
    def trainer(self) -> "Trainer":
        """The worker on training jobs; it begins when `start` is called."""
        from evigate.engine.train.trainer import Trainer

        return Trainer(self)

    @cached_property
    def states(self) -> "TableStates":
        """Verdicts on tables."""
        from evigate.engine.producers import current_version
        from evigate.engine.tables.state import TableStates

        return TableStates(self.tables, lambda subject, a: current_version(self, subject, a))

    def duck(self, subject: Subject) -> "Duck":
        """Return the tenant's own SQL engine."""
        tenant = subject.tenant_id
        with self._lock:
            if tenant not in self._ducks:
                from evigate.engine.federation.duck import Duck

                folder = self.root / str(tenant) / "spill"
                folder.mkdir(parents=True, exist_ok=True)
                self._ducks[tenant] = Duck(
                    folder,
                    memory_limit_bytes=self.options.memory_bytes,
                    threads=self.options.threads,
                )
            return self._ducks[tenant]

    def sql(self, subject: Subject) -> "SqlSession":
        """Return a subject's SQL; subjects of one tenant share its database, not its session."""
        with self._lock:
            known = self._sessions.pop(subject, None)
            if known is None:
                from evigate.engine.relations import make_session

                known = make_session(self, subject)
            self._sessions[subject] = known
            while len(self._sessions) > SESSIONS_MAX:
                self._sessions.pop(next(iter(self._sessions)))
            return known

    def cancel(self, subject: Subject, query_id: str) -> bool:
        """End a statement of the subject's tenant by its name; tell whether there was one."""
        with self._lock:
            own = [s for who, s in self._sessions.items() if who.tenant_id == subject.tenant_id]
        return any(session.cancel(query_id) for session in own)

    def model(self, subject: Subject, name: str, *, is_served: bool = True) -> Model:
        """Return a model by name (its newest version), by name@version, or a built-in one.

        The model is ready to be used: its sealed options are opened, its files and its base found.
        A model that was trained here and not promoted is a candidate; by its name alone the newest
        promoted version is meant.

        Args:
            is_served: refuse candidates; for everything but training and telling of models.

        Raises:
            EvigateError[E_MODEL_MISSING]: the tenant knows none of that name.
            EvigateError[E_MODEL_CANDIDATE]: it was not promoted.
        """
        from evigate.engine.models import BUILT_IN

        plain = name.rpartition("@")[0] if "@" in name else name
        if plain in BUILT_IN:
            return BUILT_IN[plain]
        found = self.catalog(subject).models_called(name)
        if not found:
            found = self.catalogs.fresh(subject).models_called(name)
        if not found:
            raise EvigateError(E_MODEL_MISSING, f"There is no model {name!r}.")
        served = [model for model in found if model.status != "candidate"]
        if is_served and not served:
            message = f"The model {name!r} is a candidate: it was not promoted."
            raise EvigateError(E_MODEL_CANDIDATE, message)
        newest = max(served if is_served else found, key=lambda model: model.version)
        return self._ready(subject, self._with_secrets(subject, newest))

    def _ready(self, subject: Subject, model: Model) -> Model:
        """Return a trained model with its place on this machine and its base, others as they are.

        Only what was trained here has a location below the tenant's folder; it moves with the root.
        """
        from evigate.engine.models.adapters import ADAPTER, BASE, base_value
        from evigate.engine.models.locations import trained_location

        if not model.options.get("is_trained"):
            return model
        model = trained_location(model, self.root / str(subject.tenant_id))
        if model.backend != ADAPTER or model.base_model is None:
            return model
        base = self.model(subject, model.base_model, is_served=False)
        return replace(model, options={**model.options, BASE: base_value(base)})

    def _with_secrets(self, subject: Subject, model: Model) -> Model:
        secret = model.options.get("secret_name")
        if not isinstance(secret, str):
            return model
        with self.database.read(subject) as tx:
            options: dict[str, Any] = {**model.options, "api_key": self.vault.read(tx, secret)}
        options.pop("secret_name")
        return replace(model, options=options)
