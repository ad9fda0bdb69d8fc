"""What a person may choose about a reproduction, with the bounds."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

SEEDS_DEFAULT = 3
BUDGET_MINUTES_DEFAULT = 10


class ReproduceOptions(BaseModel):
    """How to reproduce: how often, for how long, and whether an owner has approved beforehand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seeds: int = Field(
        default=SEEDS_DEFAULT, ge=1, le=20, description="How many seeds each method runs with."
    )
    budget_minutes: int = Field(
        default=BUDGET_MINUTES_DEFAULT, ge=1, le=20, description="Minutes the notebook may take."
    )
    base_seed: int = Field(default=42, ge=0, le=2**31 - 101, description="The first seed.")
    is_preapproved: bool = Field(
        default=False, description="The owner approves the plan and the notebook beforehand."
    )

    def to_json(self) -> dict[str, Any]:
        """Return the options as JSON values."""
        return self.model_dump(mode="json")
