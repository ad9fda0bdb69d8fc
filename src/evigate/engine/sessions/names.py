"""What a session's SQL may name: its own tables, then whatever the tenant may."""

from collections.abc import Sequence
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.federation.relations import Catalog, Relation
from evigate.engine.mutable.errors import E_MUTABLE_MISSING
from evigate.engine.mutable.relation import relation_of
from evigate.engine.mutable.service import MutableService


class SessionCatalog:
    """The tables of one session."""

    def __init__(self, mutables: MutableService, subject: Subject, session_id: UUID) -> None:
        self._mutables = mutables
        self._subject = subject
        self._session_id = session_id

    def resolve(self, name: str) -> Relation | None:
        """Return the session's table of a name, whatever its case; None where it has none."""
        try:
            table = self._mutables.names.get(self._subject, name, self._session_id)
        except EvigateError as error:
            if error.code is E_MUTABLE_MISSING:
                return None
            raise
        return relation_of(self._mutables, self._subject, table)

    def names(self) -> Sequence[str]:
        """Return the names of the session's tables."""
        found = self._mutables.names.tables(self._subject, self._session_id)
        return [table.name for table in found]

    def describe(self) -> Sequence[Relation]:
        """Return the session's tables."""
        found = [self.resolve(name) for name in self.names()]
        return [relation for relation in found if relation is not None]


class LayeredCatalog:
    """One catalog before another: a name in both is the first's."""

    def __init__(self, first: Catalog, second: Catalog) -> None:
        self._first = first
        self._second = second

    def resolve(self, name: str) -> Relation | None:
        """Return the relation of a name, None where neither has one."""
        return self._first.resolve(name) or self._second.resolve(name)

    def names(self) -> Sequence[str]:
        """Return the names of both."""
        return list(dict.fromkeys([*self._first.names(), *self._second.names()]))

    def describe(self) -> Sequence[Relation]:
        """Return the relations of both, without those that the first hides."""
        own = self._first.describe()
        hidden = {relation.name.lower() for relation in own}
        return [
            *own,
            *(each for each in self._second.describe() if each.name.lower() not in hidden),
        ]
