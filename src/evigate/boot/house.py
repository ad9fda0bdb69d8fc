"""The house, composed: database, storage, keys, services and what the rooms registered.

`House.open` starts the embedded server if there is no other, brings the database up to date and
wires the rooms; leaving the block closes all of it. While it is open the embedded server is looked
after: when it has died it is started again, at its old port.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property, partial

import structlog

from evigate.agents import AgentService, Recordings
from evigate.agents.concert.service import ConcertService
from evigate.base.ids import TenantId
from evigate.base.subject import Subject
from evigate.boot.database import start_database
from evigate.boot.doors import server_limits
from evigate.boot.engine import engine_options, member_of
from evigate.boot.passages import known_to_reader, project_passages
from evigate.boot.registry import all_agents, all_kinds, all_permissions, gather
from evigate.boot.settings import Settings
from evigate.engine.core import Core
from evigate.engine.server.calls import Calls
from evigate.evidence import StoreService
from evigate.gate.desk import Gate
from evigate.gate.evaluate import Evaluator
from evigate.gate.judges.chosen import chosen_judges
from evigate.gate.kinds import Kinds
from evigate.kernel import events, organisations, policies, realtime
from evigate.kernel.db import Database, DatabaseUrls, EmbeddedServer, Migrator
from evigate.kernel.http import Doors, Fanout, WireEvent
from evigate.kernel.jobs import Worker
from evigate.kernel.secrets import SealingKey, Vault
from evigate.kernel.storage import SignedUrls, Storage
from evigate.kernel.tenancy import CUSTOMER, Invitations, TenancyService, Tenant
from evigate.learning.permissions import LEARNER
from evigate.learning.practice.records import RecordStore
from evigate.learning.service import LearningService
from evigate.papers import PapersService, RayExecutor, StoryboardService
from evigate.studio import wiring as studio_wiring
from evigate.studio.building.service import BuildService
from evigate.studio.building.walk import Rooms
from evigate.studio.context.renewing import RenewalService
from evigate.studio.context.service import ContextService
from evigate.studio.design.service import DesignService
from evigate.studio.features.service import FeatureService
from evigate.studio.feedback.service import FeedbackService
from evigate.studio.kits.runs.means import Means
from evigate.studio.kits.runs.service import KitRunService
from evigate.studio.kits.scores import ScoreService
from evigate.studio.library.service import LibraryService
from evigate.studio.moving.service import MovingService
from evigate.studio.phases.service import PhaseService
from evigate.studio.planning.artifacts import PlanningArtifacts
from evigate.studio.planning.service import PlanService
from evigate.studio.portal.service import PortalService
from evigate.studio.research.service import ResearchService
from evigate.studio.reviews.service import ReviewService
from evigate.studio.service import StudioService
from evigate.studio.specification.service import SpecificationService
from evigate.studio.specification.statements import StatementService
from evigate.studio.tasks import wiring as tasks_wiring

log = structlog.get_logger(__name__)

WATCH_INTERVAL_S = 1.0
# All that there is for a customer; anything else is not there.
CUSTOMER_PATHS = (
    "/portal",
    "/inbox",
    "/tasks",
    "/api/v1/portal",
    "/api/v1/studio/tasks",
    "/account",
    "/sign-out",
)


class House:
    """Everything that an entry point needs; made by `open`."""

    def __init__(self, settings: Settings, key: SealingKey, urls: DatabaseUrls) -> None:
        self.settings = settings
        self.key = key
        self.urls = urls
        self.database = Database(urls)
        self.storage = open_storage(settings)
        self.signed_urls = SignedUrls(key.derive("signed urls"), prefix="/blobs")
        self.vault = Vault(key)
        self._add_people()
        self._add_evidence()
        self._add_gate()
        self._add_learning_and_papers()
        self._add_studio()
        self.registry = gather(self)
        self.server: EmbeddedServer | None = None

    def _add_people(self) -> None:
        """Add who is here, what they may do, and how they follow what happens."""
        self.tenancy = TenancyService(self.database)
        self.invitations = Invitations(self.database, self.tenancy)
        self.policies = policies.Policies(self.database, all_permissions)
        things = (*organisations.KINDS, *studio_wiring.KINDS)
        self.access = policies.AccessQuestions(self.database, all_permissions, things)
        self.guard = policies.Guard(self.database, all_permissions)
        self.engagements = organisations.Engagements(
            self.database, self.guard, studio_wiring.KINDS, all_permissions
        )
        self.organisations = organisations.Organisations(
            self.database, self.guard, self.engagements, studio_wiring.CUSTOMER_ROLE
        )
        self.doors = Doors(
            self.tenancy,
            self.key.derive("csrf"),
            confined={CUSTOMER: CUSTOMER_PATHS},
            guests=[LEARNER],
        )
        self.live = Fanout(self._replay)
        self.realtime = realtime.Realtime(self.database, self.doors, self.live)

    def _add_evidence(self) -> None:
        """Add the engine, and the stores of documents that rest on it."""
        self.engine = Core(
            self.urls,
            self.key,
            engine_options(self.settings),
            tenant_of=lambda subject, name: member_of(
                self.engine.database, subject, name, home=self.settings.tenant
            ),
        )
        self.stores = StoreService(self.database, self.storage, self.engine)

    def _add_gate(self) -> None:
        """Add the agents, and the gate that judges what they draft."""
        self.kinds = Kinds(all_kinds())
        self.agents = AgentService(
            self.database,
            self.vault,
            all_agents(),
            is_host=self.is_home,
            host_keys=self.settings.model_keys,
            recordings=recordings_of(self.settings),
        )
        self.evaluator = Evaluator(
            self.database,
            self.kinds,
            chosen=partial(chosen_judges, self.database, self.agents),
        )
        self.gate = Gate(self.database, self.evaluator, self.kinds, self.agents)

    def _add_learning_and_papers(self) -> None:
        """Add what makes items of chapters, and runs of papers."""
        settings = self.settings
        self.learning = LearningService(
            self.database, self.stores, self.evaluator, record_store(settings), self.agents
        )
        self.papers = PapersService(
            self.database,
            self.storage,
            upload_max_bytes=settings.upload_max_bytes,
            run_memory_bytes=settings.run_memory_bytes,
            work_dir=settings.data_dir / "runs",
            claim_confidence_min=settings.claim_confidence_min,
            agents=self.agents,
            is_gpu_allowed=settings.run_gpu,
            executor=RayExecutor(settings.run_ray) if settings.run_ray else None,
        )
        self.papers.datasets_dir = settings.datasets_dir
        self.storyboards = StoryboardService(self.papers, self.evaluator, self.agents)

    def _add_studio(self) -> None:
        """Add what plans a project and specifies it, in the order in which one rests on another."""
        self.library = LibraryService(self.database)
        passages = project_passages(self.stores)
        research = ResearchService(self.database, self.guard, self.library, passages)
        self.studio = StudioService(self.database, self.agents, self.guard, self.library, research)
        self.portal = PortalService(self.studio, self.engagements)
        self.phases = PhaseService(self.guard)
        self.features = FeatureService(self.guard, self.library)
        self.plans = PlanService(self.database, self.guard, self.features, self.library)
        self.planning_artifacts = PlanningArtifacts(self.guard, self.evaluator)
        self.designs = DesignService(self.guard)
        self.contexts = ContextService(
            self.database, self.guard, self.planning_artifacts, self.storage
        )
        self.studio.reader.known = known_to_reader(self.contexts)
        self.specifications = SpecificationService(self.guard, self.library, self.evaluator)
        self.statements = StatementService(self.guard, self.studio)
        means = Means(self.database, self.storage, self.vault, self.agents)
        self.kits = KitRunService(means, self.guard)
        self.concerts = ConcertService(self.database, self.agents)
        self.renewals = RenewalService(
            self.database,
            self.guard,
            self.contexts,
            self.planning_artifacts,
            self.specifications,
        )
        self.reviews = ReviewService(self.guard, self.concerts, self.contexts, self.specifications)
        takers = {"question": self.plans.take, "review": self.reviews.take}
        self.tasks = tasks_wiring.tasks(self.guard, self.vault, self.studio, takers)
        self.moving = MovingService(self.database, self.guard, self.stores, self.storage)
        self.feedback = FeedbackService(self.database, self.guard, self.library)
        self.scores = ScoreService(self.specifications)
        self.builds = BuildService(
            self.database,
            self.guard,
            Rooms(
                self.studio,
                self.phases,
                self.features,
                self.plans,
                self.planning_artifacts,
                self.designs,
                self.specifications,
                self.kits,
            ),
        )

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator["House"]:
        """Open the house, and close it at the end of the block."""
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        key = SealingKey.load(settings.data_dir / "key", text=settings.key)
        server, urls = await asyncio.to_thread(start_database, settings, key)
        house = cls(settings, key, urls)
        house.server = server
        try:
            await asyncio.to_thread(Migrator(urls).up)
            await house.database.open()
            await asyncio.to_thread(house.engine.open)
            async with house._watched():
                yield house
        finally:
            if "calls" in vars(house):
                house.calls.close()
            await asyncio.to_thread(house.engine.close)
            await house.database.close()
            if server is not None:
                await asyncio.to_thread(server.close)

    @cached_property
    def calls(self) -> Calls:
        """The engine's calls from elsewhere; once made, local files are read below roots alone."""
        return Calls(self.engine, server_limits(self.settings))

    async def home(self) -> Tenant:
        """Return the tenant that the command line acts for, made at first use."""
        return await self.tenancy.ensure_tenant(
            self.settings.tenant, "Home", owner_email=self.settings.owner_email
        )

    async def is_home(self, subject: Subject) -> bool:
        """Tell whether the subject acts for the tenant that runs this house."""
        return subject.tenant_id is not None and subject.tenant_id == (await self.home()).id

    async def operator(self) -> Subject:
        """Return the subject of the command line."""
        return await self.tenancy.operator(await self.home())

    def worker(self) -> Worker:
        """Return a worker for every registered job."""
        return Worker(self.urls.queue, self.registry.jobs)

    async def follow_events(self) -> None:
        """Wake live readers as events are appended; runs until cancelled."""
        while True:
            try:
                async for note in self.database.listen(events.CHANNEL):
                    if not note:
                        self.live.wake_all()
                        continue
                    stream, _, seq = note.rpartition(":")
                    self.live.wake(stream, int(seq))
            except Exception as error:
                log.warning("listener_lost_database", error=type(error).__name__)
                await asyncio.sleep(WATCH_INTERVAL_S)

    async def _replay(self, stream: str, after_seq: int, limit: int) -> list[WireEvent]:
        key = events.StreamKey.parse(stream)
        subject = Subject(TenantId(key.tenant_id), "system:live", "viewer")
        async with self.database.tx(subject) as tx:
            found = await events.read_events(tx, key.kind, key.id, after=after_seq, limit=limit)
        return [WireEvent(each.seq, each.type, each.payload, each.is_last) for each in found]

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        watch = asyncio.create_task(self._watch_server())
        try:
            yield
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _watch_server(self) -> None:
        while self.server is not None:
            await asyncio.sleep(WATCH_INTERVAL_S)
            try:
                if await asyncio.to_thread(self.server.revive):
                    log.warning("database_restarted", port=self.server.port)
            except Exception as error:
                log.error("database_restart_failed", error=str(error))


def open_storage(settings: Settings) -> Storage:
    """Return the blob store that the settings name."""
    return Storage.open(
        settings.storage_url or (settings.data_dir / "blobs").absolute().as_uri(),
        endpoint_url=settings.storage_endpoint_url,
        region=settings.storage_region,
        access_key_id=settings.storage_access_key_id,
        secret_access_key=settings.storage_secret_access_key,
    )


def record_store(settings: Settings) -> RecordStore | None:
    """Return where xAPI statements go, if anywhere."""
    if settings.xapi_url is None:
        return None
    return RecordStore(settings.xapi_url, settings.xapi_user, settings.xapi_password)


def recordings_of(settings: Settings) -> Recordings | None:
    """Return where exchanges with models are recorded or replayed, if anywhere."""
    if settings.agent_recordings is None:
        return None
    return Recordings(settings.agent_recordings, settings.agent_recording_mode)
