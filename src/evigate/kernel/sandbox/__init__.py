"""The sandbox: where other people's code runs, and what it is kept from.

What enters: a command, the two folders that it may write, and limits. What leaves: the command that
runs it with no network, no file that it was not given, and bounds on what it takes. Always true: a
level counts as working only after it was really tried, and without one nothing is run.
"""

from evigate.kernel.sandbox.auditing import AUDIT_SOURCE
from evigate.kernel.sandbox.errors import CODES, E_SANDBOX_UNAVAILABLE
from evigate.kernel.sandbox.interpreter import Interpreter, both_forms, present_interpreter
from evigate.kernel.sandbox.levels import (
    Rooms,
    probe_level,
    process_environment,
    readable_places,
    sandbox_command,
    strongest_level,
)
from evigate.kernel.sandbox.models import MIB, RunLimits, SandboxLevel

__all__ = [
    "AUDIT_SOURCE",
    "CODES",
    "E_SANDBOX_UNAVAILABLE",
    "MIB",
    "Interpreter",
    "Rooms",
    "RunLimits",
    "SandboxLevel",
    "both_forms",
    "present_interpreter",
    "probe_level",
    "process_environment",
    "readable_places",
    "sandbox_command",
    "strongest_level",
]
