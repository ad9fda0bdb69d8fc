"""What a build may be told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from evigate.base.errors import E_INVALID, EvigateError
from evigate.learning.items.payloads import QUESTION_KINDS

ITEMS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """At most how many items, of which kinds (none named means all), for which objectives."""

    items: int = 120
    kinds: tuple[str, ...] = field(default=())
    objectives: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if not 1 <= self.items <= ITEMS_MAX:
            message = f"A build makes 1 to {ITEMS_MAX} items, not {self.items}."
            raise EvigateError(E_INVALID, message)
        if strange := sorted(set(self.kinds) - set(QUESTION_KINDS)):
            names = ", ".join(each.removeprefix("learning.") for each in QUESTION_KINDS)
            message = f"No items are of kind {strange[0]!r}; there are {names}."
            raise EvigateError(E_INVALID, message)

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        return asdict(self)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> "BuildOptions":
        """Return options from JSON values."""
        return cls(
            items=int(values["items"]),
            kinds=tuple(values["kinds"]),
            objectives=tuple(values["objectives"]),
        )
