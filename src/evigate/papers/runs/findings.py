"""What a run tried that it may not, by name: from the kernel's audit and from how the run ended.

A finding says that an attempt was seen; that it failed is the sandbox's doing, and is tested.
"""

import json
from collections.abc import Mapping

from evigate.papers.runs.models import Finding

# The codes and what they tell a person.
FINDINGS: Mapping[str, str] = {
    "SANDBOX_NETWORK": "it reached for the network or a socket",
    "SANDBOX_READ_OUTSIDE": "it opened a file that is not its own",
    "SANDBOX_WRITE_OUTSIDE": "it tried to write outside its folder",
    "SANDBOX_SIGNAL": "it sent a signal to another process",
    "SANDBOX_PROCESS": "it tried to start a process",
    "SANDBOX_DISK": "it filled its folder",
    "SANDBOX_MEMORY": "it asked for more memory than it may have",
    "SANDBOX_OUTPUT": "it wrote more output than is kept",
}
_BY_ERROR = {
    "E_RUN_DISK": "SANDBOX_DISK",
    "E_RUN_PROCESSES": "SANDBOX_PROCESS",
    "E_RUN_MEMORY": "SANDBOX_MEMORY",
}
LINES_MAX = 200


def gather_findings(
    audited: bytes, error_code: str | None, *, is_output_cut: bool
) -> tuple[Finding, ...]:
    """
    Return what was found, by code.

    Args:
        audited: lines of the kernel's audit; what is no line of it is left out.
        error_code: how the run ended.

    The first thing of a code is named; `count` goes up to the audit's cap.
    """
    found: dict[str, Finding] = {}

    def add(code: str, what: str) -> None:
        known = found.get(code)
        found[code] = Finding(code, known.what, known.count + 1) if known else Finding(code, what)

    for line in audited.splitlines()[:LINES_MAX]:
        try:
            told = json.loads(line)
            code, what = str(told["code"]), str(told["what"])
        except (ValueError, KeyError, TypeError):
            continue
        if code in FINDINGS:
            add(code, what)
    if error_code in _BY_ERROR:
        add(_BY_ERROR[error_code], FINDINGS[_BY_ERROR[error_code]])
    if is_output_cut:
        add("SANDBOX_OUTPUT", FINDINGS["SANDBOX_OUTPUT"])
    return tuple(found[code] for code in sorted(found))
