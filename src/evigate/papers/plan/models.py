"""The plan as a document: the seed's version 1.1, and beside its keys what 1.1 cannot say.

A 1.1 document enters unchanged: the added keys are optional, and unknown keys of its objects are
kept. A plan we emit is still a valid 1.1 document, so `dataset`, `model` and `config` repeat the
first data set and method, and `config.epochs` stays within 1.1's twenty; `models` holds the truth.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from evigate.base.errors import EvigateError
from evigate.papers.errors import E_PLAN_SCHEMA_INVALID

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
BUDGET_MINUTES_MAX = 20
EPOCHS_MAX_V11 = 20


class _Seed(BaseModel):
    """An object of version 1.1; keys that 1.1 does not know are kept."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)


class _Added(BaseModel):
    """An object of ours; a key that is not ours is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PlanDataset(_Seed):
    """The first data set and the part that is measured."""

    name: Text
    split: Text
    filters: list[str] = Field(default_factory=list)
    notes: str | None = None


class PlanModel(_Seed):
    """The first method."""

    name: Text
    variant: str | None = None
    parameters: dict[str, Any] | None = None
    size_category: Literal["tiny", "small", "medium"] = "tiny"


class PlanConfig(_Seed):
    """The first method's training."""

    framework: Text
    seed: int = Field(ge=0)
    epochs: int = Field(ge=1, le=EPOCHS_MAX_V11)
    batch_size: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    optimizer: Text


class PlanMetric(_Seed):
    """A number to be measured; `goal` is the claim as printed. The last four keys are ours."""

    name: Text
    split: Text
    goal: float | None = None
    tolerance: float | None = Field(default=None, ge=0)
    direction: Literal["maximize", "minimize"] = "maximize"
    metric_key: str | None = None
    units: str | None = None
    model_id: str | None = None
    claim_id: str | None = None


class Justification(_Seed):
    """A verbatim quote, and where it stands."""

    quote: Text
    citation: Text


class Justifications(_Seed):
    """Why this data set, this method and this configuration."""

    dataset: Justification
    model: Justification
    config: Justification


class PlanPolicy(_Seed):
    """What a run may spend."""

    budget_minutes: int = Field(ge=1, le=BUDGET_MINUTES_MAX)
    max_retries: int = Field(default=1, ge=0, le=3)


class Citation(_Added):
    """A setting that the paper states, with its words and page."""

    field: str
    value: str
    quote: str
    page: int = Field(ge=1)


class Assumption(_Added):
    """A choice that the paper does not state, or a departure from what it states."""

    field: str
    value: str
    reason: str


class Preprocessing(_Added):
    """One step on the features; `fit_on` says which rows its constants come from."""

    name: Literal["standardize", "minmax", "l2_normalize"]
    fit_on: Literal["train", "all"] = "train"


class ProtocolKind(StrEnum):
    """How rows are parted for measuring."""

    HOLDOUT = "holdout"
    K_FOLD = "k_fold"
    LEAVE_ONE_OUT = "leave_one_out"
    RESUBSTITUTION = "resubstitution"
    FIXED_SPLIT = "fixed_split"
    FIXED_FOLDS = "fixed_folds"


# The same examples are tested as in the paper. Whether a paper took the folds that a set comes
# with is our assumption, so those are not among them.
SAME_EXAMPLES = frozenset(
    {ProtocolKind.LEAVE_ONE_OUT, ProtocolKind.RESUBSTITUTION, ProtocolKind.FIXED_SPLIT}
)
# Rows are parted in one way whatever the seed.
SEEDLESS = SAME_EXAMPLES | {ProtocolKind.FIXED_FOLDS}


class Protocol(_Added):
    """
    How the numbers are taken.

    `test_size` belongs to `holdout`, `folds` to `k_fold`; each of `seeds` parts the rows anew,
    `repeats` times. Preprocessing steps are applied in order.
    """

    kind: ProtocolKind
    test_size: float | None = Field(default=None, gt=0, lt=1)
    is_stratified: bool = False
    folds: int | None = Field(default=None, ge=2)
    repeats: int = Field(default=1, ge=1, le=20)
    seeds: list[int] = Field(min_length=1, max_length=100)
    preprocessing: list[Preprocessing] = Field(default_factory=list)


class PlannedDataset(_Added):
    """
    A data set of the registry that the run loads.

    `protocol` is there where its rows are parted in another way than the plan's, as a set that
    comes with its own split does. `sha256` pins a set that is made from files.
    """

    name: str
    positive_class: str | None = None
    notes: str | None = None
    protocol: Protocol | None = None
    sha256: str | None = None


class ModelStatus(StrEnum):
    """Whether the run fits the method."""

    RUNNABLE = "runnable"
    SKIPPED = "skipped"


class PlannedModel(_Added):
    """One method on one data set, in the paper's words, with what runs it.

    `code` is that of a recipe which a model wrote, `producer` the model; both None for ours.
    `seed_count` says with how many of the protocol's seeds, the first ones; None means all.
    """

    id: str
    method: str
    dataset: str | None
    recipe: str | None
    parameters: dict[str, Any] = Field(default_factory=dict)
    status: ModelStatus
    reason: str | None = None
    code: str | None = Field(default=None, max_length=20_000)
    producer: str | None = None
    seed_count: int | None = Field(default=None, ge=1)
    claim_ids: list[str] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    assumptions: list[Assumption] = Field(default_factory=list)


class ClaimStatus(StrEnum):
    """Whether the run measures the claim's number."""

    TARGETED = "targeted"
    NOT_TARGETED = "not_targeted"


class PlannedClaim(_Added):
    """A claim and what the plan does about it; every claim of the paper has one."""

    claim_id: str
    status: ClaimStatus
    reason: str | None = None
    method: str | None = None
    dataset: str | None = None
    metric: str
    metric_key: str | None = None
    split: str | None = None
    value: str
    units: str | None = None
    model_id: str | None = None
    page: int = Field(ge=1)
    quote: str
    source_citation: str


class Plan(_Seed):
    """A plan, version 1.1, with what 1.1 cannot say beside it."""

    version: Literal["1.1"]
    dataset: PlanDataset
    model: PlanModel
    config: PlanConfig
    metrics: list[PlanMetric] = Field(min_length=1)
    visualizations: list[Text] = Field(min_length=1)
    explain: list[Text] = Field(min_length=1)
    justifications: Justifications
    estimated_runtime_minutes: float = Field(gt=0, le=BUDGET_MINUTES_MAX)
    license_compliant: bool
    policy: PlanPolicy
    protocol: Protocol | None = None
    datasets: list[PlannedDataset] = Field(default_factory=list)
    models: list[PlannedModel] = Field(default_factory=list)
    claims: list[PlannedClaim] = Field(default_factory=list)
    assumptions: list[Assumption] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    units: dict[str, str] = Field(default_factory=dict)

    def protocol_of(self, dataset: str | None) -> Protocol | None:
        """Return how a data set's rows are parted: in its own way if it has one."""
        own = next((d.protocol for d in self.datasets if d.name == dataset), None)
        return own or self.protocol

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON values; parsing them again gives an equal plan."""
        return self.model_dump(mode="json")


def parse_plan(document: object) -> Plan:
    """
    Read a plan document, version 1.1, plain or extended.

    Raises:
        EvigateError[E_PLAN_SCHEMA_INVALID]: with `detail["errors"]`, one entry a fault: the place
            as a dotted path and what is wrong there.
    """
    try:
        return Plan.model_validate(document)
    except ValidationError as error:
        faults = [
            {"place": ".".join(str(part) for part in fault["loc"]), "message": fault["msg"]}
            for fault in error.errors(include_url=False, include_context=False)
        ]
        first = faults[0]
        raise EvigateError(
            E_PLAN_SCHEMA_INVALID,
            f"The plan has {len(faults)} faults; the first, at {first['place'] or 'the top'}: "
            f"{first['message']}",
            detail={"errors": faults},
        ) from error
