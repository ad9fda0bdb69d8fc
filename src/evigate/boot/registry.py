"""What the rooms offer, gathered: permissions, error codes, jobs, agents, kinds of artifacts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evigate import evidence, gate, papers
from evigate.agents import Agent
from evigate.agents import wiring as agents_wiring
from evigate.base.errors import CODES as BASE_CODES
from evigate.base.errors import Code
from evigate.boot.errors import CODES as BOOT_CODES
from evigate.boot.permissions import PERMISSIONS as BOOT_PERMISSIONS
from evigate.engine import wiring as engine_wiring
from evigate.evidence import errors as evidence_errors
from evigate.evidence import fetch
from evigate.gate import errors as gate_errors
from evigate.gate import wiring as gate_wiring
from evigate.gate.judges.chosen import JUDGES
from evigate.gate.kinds import ArtifactKind
from evigate.kernel import budgets, conditions, organisations, policies, realtime, storage
from evigate.kernel import pages as kernel_pages
from evigate.kernel import runs as kernel_runs
from evigate.kernel import sandbox as kernel_sandbox
from evigate.kernel import secrets as kernel_secrets
from evigate.kernel.access import Permission
from evigate.kernel.db import errors as db_errors
from evigate.kernel.http import fanout as http_fanout
from evigate.kernel.jobs import JobSpec
from evigate.kernel.tenancy import errors as tenancy_errors
from evigate.kernel.tenancy.service import PERMISSIONS as TENANCY_PERMISSIONS
from evigate.learning import wiring as learning_wiring
from evigate.studio import wiring as studio_wiring
from evigate.studio.building import wiring as building_wiring
from evigate.studio.context import wiring as context_wiring
from evigate.studio.design import wiring as design_wiring
from evigate.studio.features import wiring as features_wiring
from evigate.studio.feedback.errors import CODES as FEEDBACK_CODES
from evigate.studio.kits.runs import wiring as kits_wiring
from evigate.studio.library import wiring as library_wiring
from evigate.studio.moving.errors import CODES as MOVING_CODES
from evigate.studio.phases import wiring as phases_wiring
from evigate.studio.planning import wiring as planning_wiring
from evigate.studio.reviews import wiring as reviews_wiring
from evigate.studio.specification import wiring as specification_wiring
from evigate.studio.tasks import wiring as tasks_wiring

if TYPE_CHECKING:
    from evigate.boot.house import House


@dataclass(frozen=True, slots=True)
class Registry:
    """What the rooms offer, gathered by value so that it can be listed and tested."""

    permissions: tuple[Permission, ...]
    codes: tuple[Code, ...]
    jobs: tuple[JobSpec, ...]


def gather(house: "House") -> Registry:
    """Gather what every room registers."""
    from evigate.boot.upkeep import upkeep_jobs

    return Registry(
        permissions=all_permissions(),
        codes=all_codes(),
        jobs=(
            *evidence.jobs(house.stores),
            *gate_wiring.jobs(house.database, house.evaluator, house.kinds),
            *learning_wiring.jobs(house.learning),
            *papers.jobs(house.papers),
            *planning_wiring.jobs(house.plans),
            *kits_wiring.jobs(house.kits),
            *context_wiring.jobs(house.renewals),
            *building_wiring.jobs(house.builds),
            *reviews_wiring.jobs(house.reviews),
            *studio_wiring.jobs(house.studio),
            *upkeep_jobs(house),
        ),
    )


def all_agents() -> tuple[Agent, ...]:
    """Return every agent that a room gives work to."""
    return (
        *learning_wiring.AGENTS,
        *papers.AGENTS,
        *studio_wiring.AGENTS,
        *reviews_wiring.AGENTS,
        *kits_wiring.AGENTS,
        *JUDGES,
    )


def all_kinds() -> tuple[ArtifactKind, ...]:
    """Return every kind of artifact that the gate is asked about."""
    return (
        *learning_wiring.KINDS,
        *papers.KINDS,
        *planning_wiring.KINDS,
        *specification_wiring.KINDS,
    )


def all_permissions() -> tuple[Permission, ...]:
    """Return every permission that a verb of the house asks for."""
    return (
        *BOOT_PERMISSIONS,
        *TENANCY_PERMISSIONS,
        *policies.PERMISSIONS,
        *organisations.PERMISSIONS,
        *realtime.PERMISSIONS,
        *kernel_secrets.PERMISSIONS,
        *budgets.PERMISSIONS,
        *agents_wiring.PERMISSIONS,
        *engine_wiring.PERMISSIONS,
        *evidence.PERMISSIONS,
        *gate.PERMISSIONS,
        *learning_wiring.PERMISSIONS,
        *papers.PERMISSIONS,
        *studio_wiring.PERMISSIONS,
        *library_wiring.PERMISSIONS,
        *kits_wiring.PERMISSIONS,
    )


def all_codes() -> tuple[Code, ...]:
    """Return every error code once, by name.

    Raises:
        ValueError: two codes share a name.
    """
    found: dict[str, Code] = {}
    rooms = (
        BASE_CODES,
        db_errors.CODES,
        storage.CODES,
        kernel_secrets.CODES,
        kernel_sandbox.CODES,
        tenancy_errors.CODES,
        conditions.CODES,
        policies.CODES,
        organisations.CODES,
        (budgets.E_BUDGET_EXHAUSTED,),
        kernel_runs.CODES,
        fetch.CODES,
        BOOT_CODES,
        http_fanout.CODES,
        kernel_pages.CODES,
        agents_wiring.CODES,
        engine_wiring.CODES,
        evidence_errors.CODES,
        gate_errors.CODES,
        learning_wiring.CODES,
        papers.CODES,
        studio_wiring.CODES,
        library_wiring.CODES,
        kits_wiring.CODES,
        building_wiring.CODES,
        FEEDBACK_CODES,
        MOVING_CODES,
        tasks_wiring.CODES,
        phases_wiring.CODES,
        features_wiring.CODES,
        planning_wiring.CODES,
        specification_wiring.CODES,
        design_wiring.CODES,
        context_wiring.CODES,
        reviews_wiring.CODES,
    )
    for code in (code for room in rooms for code in room):
        if found.setdefault(code.name, code) is not code:
            raise ValueError(f"Two codes are named {code.name}.")
    return tuple(sorted(found.values(), key=lambda code: code.name))
