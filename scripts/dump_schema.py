"""Write migrations/schema.sql, the migrated database as one text: what a reviewer reads.

A test holds the file equal to all migrations. Monthly partitions are left out, since they depend on
the day; so is the job library's schema, which is the library's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from evigate.boot import Settings
from evigate.boot.database import start_database
from evigate.kernel.db import Migrator
from evigate.kernel.db.binaries import find_postgres
from evigate.kernel.secrets import SealingKey

TARGET = Path(__file__).parent.parent / "src" / "evigate" / "migrations" / "schema.sql"


def dump_schema(url: str) -> str:
    """Return the schema of a migrated database, cleaned of what changes from dump to dump."""
    command = [
        str(find_postgres() / "pg_dump"),
        "--schema-only",
        "--no-owner",
        "--exclude-schema=procrastinate",
        "--exclude-table=kernel.events_2*",
        url,
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    noise = ("--", "SET ", "\\restrict", "\\unrestrict", "SELECT pg_catalog.set_config")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith(noise)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Migrate an empty database and write its schema."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        settings = Settings(data_dir=Path(folder))
        server, urls = start_database(settings, SealingKey.load(settings.data_dir / "key"))
        assert server is not None
        try:
            Migrator(urls).up()
            TARGET.write_text(dump_schema(urls.owner))
        finally:
            server.close()
    print(f"wrote {TARGET.name}, {len(TARGET.read_text().splitlines())} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
