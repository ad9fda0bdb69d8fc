"""A project made by hand, of which every value is known: what the compiler's tests begin with."""

from dataclasses import replace
from typing import Any

from evigate.studio import fields
from evigate.studio.library import packaged_library
from evigate.studio.specification.models import (
    ChosenFeature,
    Decided,
    Open,
    Said,
    Snapshot,
    Source,
)
from evigate.studio.specification.things import source_of, things_of

TEXT = (
    "Customers phone our two salons to book, and no-shows cost us money. I want online booking."
    " Staff must see only their own salon. It never calls people. It works on iPhones."
)
MESSAGE = "m1"
LIBRARY = packaged_library()


def said(number: int, field: str, quote: str, *, value: Any = None, text: str = TEXT) -> Said:
    """Return a claim that quotes the text."""
    start = text.index(quote)
    shown = quote if value is None or isinstance(value, dict) else str(value)
    claim = f"c{number}"
    return Said(
        claim, claim, field, value or quote, shown, MESSAGE, quote, start, start + len(quote)
    )


def claims(text: str = TEXT, place: str = "salon") -> tuple[Said, ...]:
    """Return what the text says; `place` is what the two places are called in it."""
    rows = (
        (fields.PRIMARY_USER, "Customers", "customer"),
        (fields.SECONDARY_USERS, "Staff", "staff"),
        (fields.CORE_ENTITIES, f"{place}s", place),
        (fields.CORE_PROBLEM, "no-shows cost us money", None),
        (fields.FEATURES, "online booking", None),
        (fields.ROLES_AND_ACCESS, f"Staff must see only their own {place}", None),
        (fields.DEALBREAKERS, "It never calls people", None),
        (fields.TECHNICAL_CONSTRAINTS, "iPhones", None),
        (fields.EXPECTED_SCALE, f"two {place}s", None),
    )
    return tuple(
        said(number, field, quote, value=value, text=text)
        for number, (field, quote, value) in enumerate(rows)
    )


def feature(key: str, *sources: Source, importance: str = "should") -> ChosenFeature:
    """Return a feature of the library as it is chosen."""
    entry = next(each for each in LIBRARY.features if each.key == key)
    return ChosenFeature(
        key=key,
        title=entry.title,
        summary=entry.summary,
        importance=importance,
        effort=entry.effort,
        origin="candidate",
        notes="",
        depends=(),
        needed_by=(),
        accept=tuple(entry.accept),
        seed_keys=(),
        sources=sources,
    )


def snapshot(text: str = TEXT, place: str = "salon", **changes: Any) -> Snapshot:
    """Return the project's snapshot; `changes` are of its fields."""
    found = claims(text, place)
    booking = next(each for each in found if each.field == fields.FEATURES)
    made = Snapshot(
        name="Salons",
        style="ears",
        domains=("appointments",),
        evidence={MESSAGE: text, "answer:deposit-taken": "thirty per cent"},
        claims=found,
        features=(feature("online-booking", source_of(booking)), feature("time-zones")),
        seeds={},
        asks={},
        decisions=(
            Decided(
                "deposit-taken", "Do you want money at booking?", "choice", "thirty per cent",
                "thirty per cent", 1, "user", ("online-booking",),
            ),
        ),
        assumed=(),
        open=(Open("question/languages", "In which languages?", False),),
        things=things_of(LIBRARY, ("appointments",), found, {MESSAGE: text}),
        roles=LIBRARY.domain("appointments").roles,  # type: ignore[union-attr]
        systems=(),
        practices=(),
        looks=None,
        library_version="1",
    )  # fmt: skip
    return replace(made, **changes)
