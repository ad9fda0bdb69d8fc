"""What the house's own routes send and take."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """What is sent or taken; a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)
