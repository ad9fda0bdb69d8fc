"""Which implementation does an agent's work: the verbs on choices, and opening what was chosen.

No choice, or a model without a key, means the built-in implementation. A key is the tenant's own
sealed secret; the keys that the installation was started with serve its own tenant alone, and only
at the provider's own address, so that nobody can have them sent elsewhere.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

import psycopg
from pydantic import TypeAdapter, ValidationError

from evigate.agents import meter
from evigate.agents.errors import E_AGENT_CHOICE, E_AGENT_CREDENTIALS, E_AGENT_PRICE
from evigate.agents.models import Agent, Implementation, Selection
from evigate.agents.permissions import CHOOSE, READ
from evigate.agents.policy import Limits
from evigate.agents.providers.protocol import Opening, Provider, ProviderSpec
from evigate.agents.recording import Recorder, Replayer
from evigate.agents.roster import Roster
from evigate.agents.store import put_selection, selection_of, selections
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.kernel.access import require
from evigate.kernel.db import Database, Tx
from evigate.kernel.events import audit
from evigate.kernel.secrets import Vault
from evigate.kernel.secrets.errors import E_SECRET_NOT_FOUND

_LIMITS: TypeAdapter[Limits] = TypeAdapter(Limits)
LIMIT_NAMES = frozenset(each.name for each in fields(Limits))


@dataclass(frozen=True, slots=True)
class Recordings:
    """Where exchanges are written to or played back from."""

    folder: Path
    mode: Literal["record", "replay"]


@dataclass(frozen=True, slots=True)
class AgentState:
    """An agent as settings show it; `obstacle` is why a chosen model cannot be asked now."""

    agent: Agent
    selection: Selection
    limits: Limits
    obstacle: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A provider, or why there is none; both None where the built-in one was chosen."""

    provider: Provider | None
    obstacle: str | None = None


class Choosing:
    """The choices of tenants."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        roster: Roster,
        *,
        providers: Mapping[str, ProviderSpec],
        host_keys: Mapping[str, str],
        is_host: Callable[[Subject], Awaitable[bool]],
        recordings: Recordings | None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._roster = roster
        self.providers = providers
        self._host_keys = host_keys
        self._is_host = is_host
        self._recordings = recordings

    async def states(self, subject: Subject) -> list[AgentState]:
        """Return every agent, by name, with who does its work for this tenant."""
        require(subject, READ)
        async with self._database.tx(subject) as tx:
            chosen = await selections(tx)
            found = []
            for agent in self._roster:
                selection = chosen.get(agent.name, Selection(agent.name))
                obstacle = await self._obstacle(tx, selection)
                found.append(AgentState(agent, selection, limits_of(agent, selection), obstacle))
        return found

    async def choose(self, subject: Subject, wanted: Selection) -> Selection:
        """Write who does an agent's work from now on; runs in progress keep who does theirs.

        Raises:
            EvigateError[E_AGENT_UNKNOWN]: there is no such agent.
            EvigateError[E_AGENT_CHOICE]: the provider, an address or a limit is none.
        """
        agent = self._roster.get(wanted.agent)
        await self.check(subject, agent, wanted)
        try:
            async with self._database.tx(subject) as tx:
                chosen = await put_selection(tx, wanted)
                await audit(tx, "agent_chosen", agent=agent.name, label=chosen.label)
        except psycopg.errors.CheckViolation as error:
            name = error.diag.constraint_name or "a value"
            raise EvigateError(E_AGENT_CHOICE, f"The choice cannot be kept: {name}.") from error
        return chosen

    async def check(self, subject: Subject, agent: Agent, wanted: Selection) -> None:
        """Pass where the subject may have this choice do the agent's work.

        Raises:
            EvigateError[E_AGENT_CHOICE]: the provider, an address or a limit is none.
        """
        require(subject, CHOOSE)
        unknown = set(wanted.limits) - LIMIT_NAMES
        if unknown:
            raise _refused(f"There is no limit {sorted(unknown)[0]!r}.")
        limits_of(agent, wanted)
        if wanted.implementation is Implementation.BUILTIN:
            return
        spec = self.providers.get(wanted.provider or "")
        if spec is None:
            raise _refused(f"A provider is one of {', '.join(sorted(self.providers))}.")
        if not wanted.model:
            raise _refused("A model needs its name.")
        if spec.needs_url and not wanted.base_url:
            raise _refused(f"The provider {spec.name!r} needs the server's address, --base-url.")
        if (wanted.base_url or spec.is_on_host) and not await self._is_host(subject):
            # A server's address or a file on the machine reaches what only its operator may reach.
            raise _refused("Only the tenant that runs this house may name an address or a file.")

    async def selected(self, tx: Tx, agent: Agent, given: Selection | None = None) -> Selection:
        """Return who does an agent's work: the one given for this run, else the tenant's choice.

        Raises:
            EvigateError[E_AGENT_PRICE]: cost is limited and the model has no price.
        """
        selection = given or await selection_of(tx, agent.name)
        if selection.implementation is Implementation.MODEL and selection.price is None:
            has_budget = meter.MICROS in await meter.budgets_of(tx)
            if has_budget or limits_of(agent, selection).cost_micros is not None:
                message = f"Cost is limited, and {selection.label!r} has no price."
                raise EvigateError(E_AGENT_PRICE, message)
        return selection

    async def open(self, subject: Subject, selection: Selection) -> Opened:
        """Open what was chosen; where that cannot be, say why."""
        if selection.implementation is Implementation.BUILTIN:
            return Opened(None)
        if self._recordings is not None and self._recordings.mode == "replay":
            return Opened(Replayer(self._recordings.folder))
        async with self._database.tx(subject) as tx:
            key = await self._key(tx, selection)
            if (obstacle := await self._obstacle(tx, selection)) is not None:
                return Opened(None, obstacle)
        spec = self.providers[str(selection.provider)]
        opening = Opening(
            spec.name, str(selection.model), key, selection.base_url, selection.params
        )
        try:
            provider = spec.open(opening)
        except EvigateError as error:
            return Opened(None, f"{error.code.name}: {error.message}")
        if self._recordings is not None:
            provider = Recorder(provider, self._recordings.folder)
        return Opened(provider)

    async def _obstacle(self, tx: Tx, selection: Selection) -> str | None:
        """Return why a chosen model cannot be asked; None if it can or the built-in one is."""
        if selection.implementation is Implementation.BUILTIN:
            return None
        spec = self.providers.get(str(selection.provider))
        if spec is None:
            return f"there is no provider {selection.provider!r} here"
        if spec.needs_key and await self._key(tx, selection) is None:
            return (
                f"{E_AGENT_CREDENTIALS.name}: there is no key {selection.secret or spec.key_name!r}"
            )
        return None

    async def _key(self, tx: Tx, selection: Selection) -> str | None:
        spec = self.providers[str(selection.provider)]
        name = selection.secret or spec.key_name
        if name is None:
            return None
        try:
            return await self._vault.read(tx, name)
        except EvigateError as error:
            if error.code is not E_SECRET_NOT_FOUND:
                raise
        if selection.base_url is None and await self._is_host(tx.subject):
            return self._host_keys.get(spec.name)
        return None


def limits_of(agent: Agent, selection: Selection, **more: Any) -> Limits:
    """Return an agent's limits with a tenant's and a run's own in their place.

    Raises:
        EvigateError[E_AGENT_CHOICE]: a limit is no number, or is below what a run needs.
    """
    values = {**asdict(agent.limits), **selection.limits, **more}
    try:
        limits = _LIMITS.validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise _refused(f"The limit {place!r} is wrong: {first['msg']}.") from error
    for name, value in asdict(limits).items():
        if value is not None and value <= 0:
            raise _refused(f"The limit {name!r} must be above zero.")
    return limits


def _refused(message: str) -> EvigateError:
    return EvigateError(E_AGENT_CHOICE, message)
