"""Write migrations/frozen.txt: the hash of each version, which from then on never changes."""

from pathlib import Path

from evigate.kernel.db.migrate import LIBRARY_VERSION, versions

TARGET = Path(__file__).parent.parent / "src" / "evigate" / "migrations" / "frozen.txt"

if __name__ == "__main__":
    lines = [f"{each.name} {each.sha256}" for each in versions() if each.name != LIBRARY_VERSION]
    TARGET.write_text("\n".join(lines) + "\n")
