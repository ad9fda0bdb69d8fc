"""What a reviewer is asked, what it answers, and a review as a person sees it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FINDINGS_MAX = 60
Text = Field(min_length=1, max_length=600)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReviewIn(_Wire):
    """What to look at: the reviewer's focus, and whether all of the material was given."""

    focus: str = Field(max_length=100)
    is_whole: bool = True


class Finding(_Wire):
    """Something that was found: which rule, where, in which words, and what would mend it.

    `quote` stands letter by letter in the passage. `is_known` of what the reviewer found before.
    """

    rule: str = Field(pattern=r"^[A-Z][A-Z_]{2,39}$")
    severity: Literal["warning", "note"] = "note"
    element: str = Text
    message: str = Text
    fix: str = Text
    quote: str = Text
    passage: str = Text
    is_known: bool = False


class Stance(_Wire):
    """What one reviewer says to another's finding, with the words that settle it if it objects."""

    rule: str
    element: str
    stance: Literal["agrees", "objects"]
    reason: str = Text
    quote: str = Field(default="", max_length=600)
    passage: str = Field(default="", max_length=600)


class ReviewOut(_Wire):
    """What a reviewer found, and what it says to others; nothing is an answer too."""

    findings: list[Finding] = Field(default_factory=list, max_length=FINDINGS_MAX)
    stances: list[Stance] = Field(default_factory=list, max_length=2 * FINDINGS_MAX)
