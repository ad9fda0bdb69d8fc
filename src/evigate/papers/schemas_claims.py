"""The wire types of editing claims."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evigate.papers.editing import ClaimEdit, LinkerRecord, NewClaim

_Name = Field(default=None, max_length=300)
_DIGITS_MAX = 60


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClaimIn(_Wire):
    """A claim to add; its quote must stand on its page and hold the number."""

    metric_name: str = Field(min_length=1, max_length=300, examples=["accuracy"])
    metric_value: Decimal = Field(allow_inf_nan=False, max_digits=_DIGITS_MAX, examples=["98.1"])
    page: int = Field(ge=1, examples=[4])
    quote: str = Field(min_length=1, max_length=2000, examples=["LDA 98.1 97.2"])
    dataset_name: str | None = _Name
    split: str | None = _Name
    units: str | None = Field(default=None, max_length=40)
    method: str | None = _Name
    own_method: bool = False
    reason: str = Field(default="", max_length=1000)

    def new_claim(self) -> NewClaim:
        """Return the claim to add."""
        return NewClaim(
            metric=self.metric_name,
            value=self.metric_value,
            page=self.page,
            quote=self.quote,
            dataset=self.dataset_name,
            split=self.split,
            units=self.units,
            method=self.method,
            is_own_method=self.own_method,
        )


class ClaimPatch(_Wire):
    """What to change of a claim; a field that is not sent stays, null empties one that may be."""

    metric_name: str | None = Field(default=None, min_length=1, max_length=300)
    metric_value: Decimal | None = Field(default=None, allow_inf_nan=False, max_digits=_DIGITS_MAX)
    page: int | None = Field(default=None, ge=1)
    quote: str | None = Field(default=None, min_length=1, max_length=2000)
    dataset_name: str | None = _Name
    split: str | None = _Name
    units: str | None = Field(default=None, max_length=40)
    method: str | None = _Name
    own_method: bool | None = None
    reason: str = Field(default="", max_length=1000)

    @field_validator("metric_name", "metric_value", "page", "quote", "own_method")
    @classmethod
    def _is_said(cls, value: Any) -> Any:
        """A claim has these always."""
        if value is None:
            raise ValueError("must not be null")
        return value

    def changes(self) -> dict[str, Any]:
        """Return what was sent, under the names of a claim."""
        sent = self.model_dump(exclude_unset=True, exclude={"reason"})
        return {_FIELDS[name]: value for name, value in sent.items()}


_FIELDS = {
    "metric_name": "metric",
    "metric_value": "value",
    "page": "page",
    "quote": "quote",
    "dataset_name": "dataset",
    "split": "split",
    "units": "units",
    "method": "method",
    "own_method": "is_own_method",
}


class RejectIn(_Wire):
    """Why a claim is rejected."""

    reason: str = Field(default="", max_length=1000)


class EditOut(_Wire):
    """One change of a claim; `before` and `after` are the claim as it stood."""

    id: UUID
    claim_id: UUID
    kind: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, edit: ClaimEdit) -> "EditOut":
        """Make the wire form."""
        return cls(
            id=edit.id,
            claim_id=edit.claim_id,
            kind=edit.kind.value,
            reason=edit.reason,
            before=edit.before,
            after=edit.after,
            created_by=edit.created_by,
            created_at=edit.created_at,
        )


class EditsOut(_Wire):
    """The edits of a paper's claims, newest first."""

    paper_id: UUID
    edits: list[EditOut]


class LinkerOut(_Wire):
    """What was learnt from edits; null where nothing was yet."""

    edit_count: int
    datasets: dict[str, str]
    metrics: dict[str, str]
    none: list[str]
    created_at: datetime | None

    @classmethod
    def of(cls, record: LinkerRecord | None) -> "LinkerOut":
        """Make the wire form."""
        if record is None:
            return cls(edit_count=0, datasets={}, metrics={}, none=[], created_at=None)
        return cls(edit_count=record.edit_count, **record.learned, created_at=record.created_at)
