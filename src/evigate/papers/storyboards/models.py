"""A storyboard as a value: pages, drawings, glossary, scoreboard, and what a teller is given.

The wire form is the seed's; ours adds to a page its drawing, the claims it speaks of and its grade.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evigate.language.readability import flesch_kincaid

SCHEMA_VERSION = "1"
GRADE_MAX = 5.0
PAGES_MIN, PAGES_MAX = 5, 7
CARDS_MAX = 6
BARS_MAX = 5
GLOSSARY_MAX = 12

Label = Annotated[str, Field(min_length=1, max_length=80)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sheets(_Part):
    """So many pages of paper, lying on each other."""

    kind: Literal["sheets"] = "sheets"
    count: int = Field(ge=1)


class Cards(_Part):
    """Names, each on a card; `marked` is the place of the one that is the paper's own, from 0."""

    kind: Literal["cards"] = "cards"
    labels: Annotated[list[Label], Field(min_length=1, max_length=CARDS_MAX)]
    marked: int | None = None


class Dots(_Part):
    """A hundred dots of which `marked` are filled: a share, to be counted with a finger."""

    kind: Literal["dots"] = "dots"
    marked: int = Field(ge=0, le=100)


class Bar(_Part):
    """One length; `shown` is the number as it is printed or was measured."""

    label: Label
    value: float
    shown: str
    is_main: bool = False


class Bars(_Part):
    """Lengths side by side, all from zero and in one unit."""

    kind: Literal["bars"] = "bars"
    bars: Annotated[list[Bar], Field(min_length=1, max_length=BARS_MAX)]


Drawing = Annotated[Sheets | Cards | Dots | Bars, Field(discriminator="kind")]


class TermOut(_Part):
    """A hard word and what it means."""

    term: str = Field(min_length=1, max_length=60)
    definition: str = Field(min_length=1, max_length=300)


class PageOut(_Part):
    """A page as a teller writes it; `drawing` is the name of one of the drawings it was given."""

    title: str = Field(min_length=1, max_length=100)
    body: str = Field(min_length=10, max_length=2000)
    alt_text: str = Field(min_length=10, max_length=500)
    visual_hint: str | None = Field(default=None, max_length=200)
    drawing: str
    claim_ids: list[str] = Field(default_factory=list, max_length=20)


class StoryOut(_Part):
    """What a teller returns: pages of which each can be read at the grade, and hard words."""

    pages: Annotated[list[PageOut], Field(min_length=PAGES_MIN, max_length=PAGES_MAX)]
    glossary: Annotated[list[TermOut], Field(max_length=GLOSSARY_MAX)] = []

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for number, page in enumerate(self.pages, start=1):
            for text in (page_text(page.title, page.body), page.alt_text):
                grade = flesch_kincaid(text).grade
                if grade is None or grade > GRADE_MAX:
                    message = (
                        f"page {number} is of grade {grade}, above {GRADE_MAX:g}: {text[:80]!r}"
                    )
                    raise ValueError(message)
        return self


def page_text(title: str, body: str) -> str:
    """Return what is read aloud of a page; the title is a sentence of its own."""
    return f"{title}\n\n{body}"


class Page(_Part):
    """A page of the finished storyboard."""

    page_number: int = Field(ge=1)
    title: str = Field(min_length=1, max_length=100)
    body: str = Field(min_length=10, max_length=2000)
    alt_text: str = Field(min_length=10, max_length=500)
    visual_hint: str | None = Field(default=None, max_length=200)
    drawing: Drawing
    claim_ids: list[str] = Field(default_factory=list)
    reading_grade: float


class Scoreboard(_Part):
    """Claimed against observed, in the claim's units; what was not measured is None."""

    metric_name: str
    claimed_value: float
    observed_value: float | None
    gap_percent: float | None
    units: str | None
    verdict: str | None
    verdicts: dict[str, int] = Field(default_factory=dict)


class Storyboard(_Part):
    """The whole payload of the artifact."""

    title: str
    pages: Annotated[list[Page], Field(min_length=PAGES_MIN, max_length=PAGES_MAX)]
    glossary: list[TermOut]
    scoreboard: Scoreboard
    reading_grade_max: float = GRADE_MAX
    run_id: str | None = None


class StoryClaim(_Part):
    """A claim as a teller gets it: the number as printed, and where."""

    id: str
    method: str | None
    dataset: str | None
    metric: str
    value: str
    units: str | None
    is_own: bool
    page: int
    citation: str
    table: str | None
    quote: str
    share: int | None = Field(description="Of a hundred, where the number is such a share.")
    observed: str | None = None
    verdict: str | None = None


class NamedDrawing(_Part):
    """A drawing that pages may use, by its name."""

    name: str
    drawing: Drawing


class StoryInput(_Part):
    """All that is known of a paper for telling it.

    `main` is the claim the story is about; `rivals` are claims of other methods on the same data
    and metric, best first. `state` says how far the paper was tried.
    """

    title: str
    authors: list[str]
    page_count: int
    claims: list[StoryClaim]
    main: str
    rivals: list[str]
    methods: list[str]
    datasets: list[str]
    data: dict[str, Any] | None
    state: Literal["untried", "measured", "not measured"]
    reason: str | None
    seeds: int
    verdicts: dict[str, int]
    counts: dict[str, int]
    drawings: list[NamedDrawing]

    def claim(self, claim_id: str) -> StoryClaim:
        """Return one of the claims."""
        return next(each for each in self.claims if each.id == claim_id)
