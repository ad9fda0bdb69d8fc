"""Fetch the pinned front-end libraries and put their files where the pages find them.

For maintainers: run it after changing a version below, look at the difference, commit. Users need
neither it nor node, for the files are in the tree. `--check` fetches nothing and says whether the
files are those of the manifest.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "src/evigate/kernel/pages/static/vendor"
MANIFEST = TARGET / "MANIFEST.json"
FETCH_TIMEOUT_S = 120


@dataclass(frozen=True)
class Library:
    """A package at an exact version, and which of its files are wanted under which name."""

    name: str
    version: str
    files: tuple[tuple[str, str], ...]


LIBRARIES = (
    # Major 2: the registry's newest, 4, is another library under the same name.
    Library("htmx.org", "2.0.11", (("dist/htmx.min.js", "htmx.min.js"),)),
    Library("idiomorph", "0.7.4", (("dist/idiomorph-ext.min.js", "idiomorph-ext.min.js"),)),
)


def fetch(library: Library, directory: Path) -> dict[str, object]:
    """Copy a library's files into `TARGET`; return its entry for the manifest.

    Raises:
        subprocess.CalledProcessError: npm could not fetch it.
        KeyError: the package has no such file.
    """
    command = ["npm", "pack", "--silent", f"{library.name}@{library.version}"]
    done = subprocess.run(
        command, cwd=directory, check=True, capture_output=True, text=True, timeout=FETCH_TIMEOUT_S
    )
    with tarfile.open(directory / done.stdout.split()[-1]) as archive:
        package = json.loads(_read(archive, "package.json"))
        wanted = [*library.files, ("LICENSE", f"{library.name}.LICENSE")]
        for source, target in wanted:
            (TARGET / target).write_bytes(_read(archive, source))
    return {
        "name": library.name,
        "version": package["version"],
        "licence": package["license"],
        "files": {target: _sha256(TARGET / target) for _, target in wanted},
    }


def check() -> list[str]:
    """Return what is wrong with the files beside the manifest; empty if nothing is."""
    entries = json.loads(MANIFEST.read_text())
    expected = {name: digest for entry in entries for name, digest in entry["files"].items()}
    present = {path.name for path in TARGET.iterdir()} - {MANIFEST.name}
    pinned = {(library.name, library.version) for library in LIBRARIES}
    wrong = [
        f"{name} is not the file in the manifest"
        for name, digest in expected.items()
        if name not in present or _sha256(TARGET / name) != digest
    ]
    wrong += [f"{name} is in no manifest" for name in sorted(present - set(expected))]
    if pinned != {(entry["name"], entry["version"]) for entry in entries}:
        wrong.append("the manifest's versions are not the pinned ones")
    return wrong


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    member = archive.extractfile(f"package/{name}")
    if member is None:
        raise KeyError(name)
    return member.read()


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> int:
    """Fetch everything afresh, or check; exit code 1 if a check fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare the files, fetch nothing")
    if parser.parse_args().check:
        for line in (wrong := check()):
            print(line)
        return 1 if wrong else 0
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as directory:
        entries = [fetch(library, Path(directory)) for library in LIBRARIES]
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n")
    print(f"{len(entries)} libraries in {TARGET}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
