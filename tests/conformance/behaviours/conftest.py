"""The engine's fixtures, for the behaviours that no other test proves."""

from tests.integration.engine.conftest import core, database, db, other

__all__ = ["core", "database", "db", "other"]
