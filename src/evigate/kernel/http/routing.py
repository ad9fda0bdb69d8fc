"""How rooms' routes come together: each is made once, with its whole path, and then only gathered.

The framework's `include_router` makes every route anew for the place where it is included, its
models too, which doubles the second or two that some 700 routes take to start.
"""

from fastapi import APIRouter

API = "/api/v1"


def join(whole: APIRouter, *parts: APIRouter) -> APIRouter:
    """Add the routes of some routers to one, as they stand and in their order; return it."""
    for part in parts:
        whole.routes.extend(part.routes)
    return whole
