"""The source of the hook that tells what code tries: `watch(descriptor, readable, writable)`."""

from pathlib import Path

from evigate.kernel.sandbox import audit

AUDIT_SOURCE = Path(audit.__file__).read_text(encoding="utf-8")
