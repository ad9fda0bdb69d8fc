"""Modules of study: what they teach, in which order, from which documents."""

from evigate.learning.modules.service import Module, ModuleService, Objective

__all__ = ["Module", "ModuleService", "Objective"]
