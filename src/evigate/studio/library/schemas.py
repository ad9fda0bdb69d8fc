"""The library's wire types."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from evigate.studio.library.activation import ActiveQuestion
from evigate.studio.library.checks import Finding
from evigate.studio.library.industries import Industry, IndustryMatch
from evigate.studio.library.matching import Match
from evigate.studio.library.service import Imported, LibraryEntry, LibraryItem
from evigate.studio.yamlfiles import FILE_MAX_BYTES

IDEA_MAX = 20_000


class ItemOut(BaseModel):
    """An entry in a list."""

    kind: str
    key: str
    title: str
    origin: Literal["packaged", "own", "override"]
    version: int

    @classmethod
    def of(cls, item: LibraryItem) -> "ItemOut":
        """Return what is shown of an entry."""
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


class VersionOut(BaseModel):
    """A version that the tenant wrote; withdrawn ones have no entry."""

    version: int
    is_withdrawn: bool
    written_by: str
    written_at: datetime


class EntryOut(ItemOut):
    """An entry with its text as YAML and the tenant's versions, newest first."""

    text: str
    versions: list[VersionOut]

    @classmethod
    def of_entry(cls, entry: LibraryEntry) -> "EntryOut":
        """Return what is shown of an entry opened."""
        versions = [
            VersionOut(
                version=each.version,
                is_withdrawn=each.entry is None,
                written_by=each.written_by,
                written_at=each.written_at,
            )
            for each in entry.versions
        ]
        item = ItemOut.of(entry.item).model_dump()
        return cls(**item, text=entry.text, versions=versions)


class EntryIn(BaseModel):
    """An entry to be written; `version_seen` is the version that was edited, 0 for none."""

    text: str = Field(max_length=FILE_MAX_BYTES)
    version_seen: int = Field(default=0, ge=0)


class ImportedOut(BaseModel):
    """What a bundle brought, as `kind/key`."""

    created: list[str]
    changed: list[str]
    unchanged: int
    mended: list[str]

    @classmethod
    def of(cls, imported: Imported) -> "ImportedOut":
        """Return what is shown of an import."""
        return cls(
            created=list(imported.created),
            changed=list(imported.changed),
            unchanged=len(imported.unchanged),
            mended=list(imported.mended),
        )


class FindingOut(BaseModel):
    """Something wrong between entries."""

    where: str
    problem: str

    @classmethod
    def of(cls, finding: Finding) -> "FindingOut":
        """Return what is shown of a finding."""
        return cls(where=finding.where, problem=finding.problem)


class IndustryOut(BaseModel):
    """A NAICS 2022 industry and the domains it is mapped to, surest first."""

    code: str
    title: str
    domains: dict[str, float]

    @classmethod
    def of(cls, industry: Industry | IndustryMatch, domains: dict[str, float]) -> "IndustryOut":
        """Return what is shown of an industry."""
        return cls(code=industry.code, title=industry.title, domains=domains)


class IdeaIn(BaseModel):
    """A text to be read by the library, and answers given so far by the keys of questions."""

    text: str = Field(max_length=IDEA_MAX)
    answers: dict[str, Any] = Field(default={}, max_length=1000)


class HitOut(BaseModel):
    """Words of the text: `quote` is `text[start:end]`."""

    quote: str
    start: int
    end: int


class MatchOut(BaseModel):
    """An entry that a text speaks of, by which words, and by which it rules it out."""

    key: str
    title: str
    score: float
    hits: list[HitOut]
    excluded: list[HitOut]

    @classmethod
    def of(cls, match: Match) -> "MatchOut":
        """Return what is shown of a match."""
        hits = {
            name: [
                HitOut(quote=hit.quote, start=hit.start, end=hit.end)
                for hit in getattr(match, name)
            ]
            for name in ("hits", "excluded")
        }
        return cls(key=match.key, title=match.title, score=match.score, **hits)


class QuestionOut(BaseModel):
    """A question worth asking now, with the answer to "why am I asked this?"."""

    key: str
    ask: str
    kind: str
    options: list[str]
    weight: int
    pool: str
    why: str

    @classmethod
    def of(cls, active: ActiveQuestion) -> "QuestionOut":
        """Return what is shown of a question."""
        question = active.question
        return cls(
            key=question.key,
            ask=question.ask,
            kind=question.kind,
            options=question.options,
            weight=question.weight,
            pool=active.pool,
            why=active.why(),
        )


class ReadingOut(BaseModel):
    """What the library makes of a text."""

    domains: list[MatchOut]
    industries: list[IndustryOut]
    features: list[MatchOut]
    patterns: list[MatchOut]
    integrations: list[MatchOut]
    questions: list[QuestionOut]
