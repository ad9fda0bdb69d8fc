"""A module of study with one short chapter, and how to change it."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from evigate.base.subject import Subject, job_subject
from evigate.boot import House
from evigate.evidence import Store
from evigate.gate import NewCitation
from evigate.gate.evaluate import Judged
from evigate.learning.bank.models import BankItem, ItemFilter
from evigate.learning.building.options import BuildOptions
from evigate.learning.building.service import BuildView

CHAPTER = """# The heart

## Chambers

The heart is a muscular organ that pumps blood through the vessels of the body.
The human heart has four chambers, two atria and two ventricles.
The left ventricle is the chamber that pumps oxygenated blood into the aorta.
The right ventricle pumps deoxygenated blood into the pulmonary artery.
The pericardium is a double membrane that surrounds the heart and holds it in place.

## The beat

The sinoatrial node is a group of cells that sets the rhythm of the heartbeat.
An electrocardiogram is a recording of the electrical activity of the heart over time.
Diastole is the phase of the cardiac cycle in which the ventricles relax and fill with blood.
Systole is the phase of the cardiac cycle in which the ventricles contract and eject blood.
Cardiac output is the volume of blood that the left ventricle ejects in one minute.
"""
OPTIONS = ("the pericardium", "the sinoatrial node", "the pulmonary artery", "the left ventricle")
AORTA = "The left ventricle is the chamber that pumps oxygenated blood into the aorta."
MEMBRANE = "The pericardium is a double membrane that surrounds the heart and holds it in place."
SINUS = "The sinoatrial node is a group of cells that sets the rhythm of the heartbeat."


@dataclass
class Class:
    """A tenant's module and what the tests do to it."""

    house: House
    teacher: Subject
    module_id: UUID

    @property
    def worker(self) -> Subject:
        assert self.teacher.tenant_id is not None
        return job_subject(self.teacher.tenant_id, "test")

    async def store(self) -> Store:
        module = await self.house.learning.modules.get(self.teacher, str(self.module_id))
        return await self.house.stores.get(self.teacher, str(module.store_id))

    async def put(self, text: str, name: str = "heart.md") -> UUID:
        added = await self.house.stores.add(self.teacher, await self.store(), text.encode(), name)
        return added.id

    async def build(self, options: BuildOptions | None = None) -> BuildView:
        builds = self.house.learning.builds
        run_id = await builds.start(self.teacher, self.module_id, options or BuildOptions())
        await builds.walk(self.worker, {"run_id": str(run_id)})
        return await builds.view(self.teacher, run_id)

    async def items(self, status: str | None = None) -> list[BankItem]:
        chosen = ItemFilter(module_id=self.module_id, status=status)
        return await self.house.learning.bank.list_items(self.teacher, chosen, limit=500)

    async def write_mcq(
        self,
        document: UUID,
        stem: str = "What sets the rhythm of the heartbeat?",
        key: str = "the sinoatrial node",
        quote: str = SINUS,
    ) -> Judged:
        """Write a question whose key stands at B."""
        others = [each for each in OPTIONS if each != key][:3]
        texts = [others[0], key, *others[1:]]
        return await self.house.learning.bank.write(
            self.teacher,
            self.module_id,
            "learning.mcq_item",
            {
                "stem": stem,
                "options": [
                    {"id": letter, "text": text} for letter, text in zip("ABCD", texts, strict=True)
                ],
                "key": "B",
                "concept": key.removeprefix("the "),
                "explanation": quote,
            },
            [NewCitation(document, quote)],
            tags=[key.removeprefix("the ")],
        )


async def make_class(house: House, teacher: Subject) -> Class:
    module = await house.learning.modules.create(teacher, "The heart")
    return Class(house, teacher, module.id)


@pytest.fixture
async def heart(house: House, owner: Subject) -> Class:
    """A module with the chapter, not built yet."""
    made = await make_class(house, owner)
    await made.put(CHAPTER)
    return made
