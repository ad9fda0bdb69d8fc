"""Lists a page at a time: newest first, the next named by the last id, so inserts move nothing."""

from collections.abc import Sequence
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, Field

PAGE_SIZE = 50
PAGE_SIZE_MAX = 200

Item = TypeVar("Item")


class PageOf(BaseModel, Generic[Item]):
    """One page; `next` is the `before` of the following one, None on the last."""

    items: list[Item]
    next: str | None = Field(default=None, examples=["0193b1f2-7d3e-7c1a-9f00-5a3c6f1e2d4b"])

    @classmethod
    def cut(cls, items: Sequence[Item], ids: Sequence[object], *, limit: int) -> Self:
        """Make a page from up to `limit + 1` items, the surplus telling that more follow."""
        has_more = len(items) > limit
        return cls(items=list(items[:limit]), next=str(ids[limit - 1]) if has_more else None)
