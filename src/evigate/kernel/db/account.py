"""As which operating-system user the embedded server runs, and where its files may stand.

PostgreSQL refuses to run as root. An ordinary user runs it in the data directory. Root runs it as
the system account `evigate` (made once), in the data directory if that account can reach it, else
under /var/lib; permissions of folders that are not ours are never changed.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ACCOUNT = "evigate"
STATE_ROOT = Path("/var/lib/evigate")


@dataclass(frozen=True, slots=True)
class Account:
    """The user as which server programs run; None ids mean "as we are"."""

    uid: int | None
    gid: int | None

    def popen_options(self) -> dict[str, Any]:
        """Return the keyword arguments of `subprocess` that change the user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a folder of ours over to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, path: Path) -> bool:
        """Tell whether the account can enter the folder `path`."""
        probe = ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)]
        done = subprocess.run(probe, capture_output=True, check=False, **self.popen_options())
        return done.returncode == 0


def server_account() -> Account:
    """Return the account to use, making the system account when root has none yet."""
    if os.geteuid() != 0:
        return Account(None, None)
    with contextlib.suppress(KeyError):
        return _named(ACCOUNT)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT]
    if shutil.which("useradd"):
        subprocess.run(command, capture_output=True, check=False)
    with contextlib.suppress(KeyError):
        return _named(ACCOUNT)
    return _named("nobody")


def _named(name: str) -> Account:
    entry = pwd.getpwnam(name)
    return Account(entry.pw_uid, entry.pw_gid)


def place_cluster(data_dir: Path, account: Account) -> Path:
    """Return a folder, made and reachable, in which the account may keep the cluster."""
    home = data_dir / "postgres"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    account.give(home)
    if account.can_reach(home):
        return home
    tag = hashlib.sha256(str(data_dir.resolve()).encode()).hexdigest()[:12]
    home = STATE_ROOT / tag
    home.mkdir(mode=0o755, parents=True, exist_ok=True)
    account.give(home)
    return home


def place_binaries(folder: Path, account: Account) -> Path:
    """Return a bin folder that the account can run, copying the programs once if it must."""
    probe = [str(folder / "postgres"), "--version"]
    options = account.popen_options()
    with contextlib.suppress(OSError):
        if subprocess.run(probe, capture_output=True, check=False, **options).returncode == 0:
            return folder
    version = subprocess.run(probe, capture_output=True, text=True, check=True).stdout.split()[-1]
    target = STATE_ROOT / f"programs-{version}"
    package = folder.parent.parent
    if not target.exists():
        scratch = STATE_ROOT / f"programs-{version}.{os.getpid()}"
        shutil.copytree(folder.parent, scratch / package.name / folder.parent.name, symlinks=True)
        # The wheel's shared libraries stand beside the package, where its run path expects them.
        for libs in package.parent.glob(f"{package.name}.libs"):
            shutil.copytree(libs, scratch / libs.name, symlinks=True)
        os.chmod(scratch, 0o755)
        with contextlib.suppress(OSError):
            scratch.rename(target)
    return target / package.name / folder.parent.name / "bin"
