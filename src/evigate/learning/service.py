"""The room's services, made once and handed to its doors."""

from uuid import UUID

from evigate.agents import AgentService
from evigate.base.subject import Subject
from evigate.evidence import StoreService
from evigate.gate.evaluate import Evaluator
from evigate.kernel.db import Database
from evigate.learning.bank.exchange import ExchangeService
from evigate.learning.bank.service import BankService
from evigate.learning.building.service import BuildService
from evigate.learning.modules import ModuleService
from evigate.learning.practice.dashboards import Dashboards
from evigate.learning.practice.grader import ModelGrader
from evigate.learning.practice.measure import Measured, MeasuredItem, list_measured, measure
from evigate.learning.practice.records import RecordService, RecordStore
from evigate.learning.practice.service import PracticeService


class LearningService:
    """Modules, builds, banks and practice over one database."""

    def __init__(
        self,
        database: Database,
        stores: StoreService,
        evaluator: Evaluator,
        record_store: RecordStore | None = None,
        agents: AgentService | None = None,
    ) -> None:
        self.database = database
        self.stores = stores
        self.evaluator = evaluator
        self.modules = ModuleService(database, stores)
        self.bank = BankService(database, evaluator)
        self.builds = BuildService(self.modules, evaluator, agents)
        self.exchange = ExchangeService(database, self.modules, self.bank, evaluator)
        self.practice = PracticeService(
            database,
            grader=None if agents is None else ModelGrader(database, agents),
            is_told=record_store is not None,
        )
        self.dashboards = Dashboards(database, self.modules)
        self.records = RecordService(database, record_store)

    async def measure(self, subject: Subject, module_id: UUID) -> Measured:
        """Measure a module's items from its learners' first answers.

        Raises:
            EvigateError[E_MODULE_NOT_FOUND]
        """
        await self.modules.get(subject, str(module_id))
        return await measure(self.database, subject, module_id)

    async def measured(self, subject: Subject, module_id: UUID) -> list[MeasuredItem]:
        """Return what is known of a module's items, those with faults first; raises as above."""
        await self.modules.get(subject, str(module_id))
        async with self.database.tx(subject) as tx:
            return await list_measured(tx, module_id)
