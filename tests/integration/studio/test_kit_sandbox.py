"""What a bundle's own commands may do, at every sandbox level here: nothing but what they are given."""

import os
from pathlib import Path

import pytest
from tests.conftest import need

from evigate.kernel.sandbox import SandboxLevel, probe_level
from evigate.studio.kits.runs import verifying
from evigate.studio.kits.runs.verifying import LOG_BYTES_MAX, Ended, verify_bundle

ATTACKS = {
    "E_KIT_OUTSIDE": "open('../out', 'w').write('x')",
    "E_KIT_SECRETS": "print(open('/etc/shadow').read())",
    "E_KIT_NETWORK": "import socket; socket.create_connection(('198.51.100.1', 80), timeout=3)",
    "E_KIT_PROCESS": "import subprocess; subprocess.run(['id'])",
}


async def go_on() -> bool:
    return False


async def tried(code: str, *, timeout_s: int = 30) -> Ended:
    (ended,) = await verify_bundle({"t.py": code.encode()}, ["python t.py"], timeout_s, go_on)
    return ended


@pytest.mark.parametrize("level", list(SandboxLevel))
@pytest.mark.parametrize("code", list(ATTACKS))
async def test_what_a_kit_tries_and_may_not_is_refused_by_name(
    code: str, level: SandboxLevel, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = probe_level(level)
    need(f"the sandbox level {level.value} ({fault})", is_there=fault is None)
    monkeypatch.setattr(verifying, "strongest_level", lambda: level)
    ended = await tried(ATTACKS[code])
    assert ended.code is not None and ended.code.name == code, ended
    assert "root:" not in ended.log
    # One that swallows the refusal, and says that all is well, is refused as well.
    quiet = await tried(f"try:\n    {ATTACKS[code]}\nexcept BaseException:\n    pass\n")
    assert quiet.code is not None and quiet.code.name == code


async def test_a_kit_sees_nothing_of_the_house(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("sealing key")
    found = await tried(f"open({str(secret)!r}).read()")
    assert found.code is not None and found.code.name == "E_KIT_SECRETS"
    assert str(secret) in found.what and "sealing key" not in found.log
    told = await tried("import os; print(sorted(os.environ))")
    assert told.code is None and "EVIGATE" not in told.log


async def test_a_command_without_end_is_stopped_and_one_that_floods_is_cut() -> None:
    ended = await tried("while True: pass", timeout_s=2)
    assert ended.code is not None and ended.code.name == "E_KIT_ENDLESS"
    assert "within 2 s" in ended.what or "more of the processor" in ended.what
    ended = await tried("print('x' * 5_000_000); raise SystemExit(3)")
    assert ended.code is not None and (ended.code.name, "3" in ended.what) == ("E_KIT_VERIFY", True)
    assert len(ended.log) < LOG_BYTES_MAX + 200 and "bytes left out" in ended.log
    ended = await tried("bytearray(8 << 30)")
    assert ended.code is not None and ended.code.name == "E_KIT_VERIFY"
    assert "MemoryError" in ended.log
    full = (
        "for n in range(100):\n    open(f'f{n}', 'wb').write(b'x' * (16 << 20))\nwhile True: pass\n"
    )
    ended = await tried(full)
    assert ended.code is not None and "256 MiB" in ended.what


async def test_what_is_cancelled_is_killed_and_leaves_nothing() -> None:
    asked: list[bool] = []

    async def stop() -> bool:
        asked.append(True)
        return len(asked) > 2

    before = {each for each in os.listdir("/tmp") if each.startswith(verifying.SCRATCH_PREFIX)}
    code = b"while True: pass"
    (ended,) = await verify_bundle({"t.py": code}, ["python t.py", "python t.py"], 60, stop)
    assert ended.what == "it was cancelled"
    after = {each for each in os.listdir("/tmp") if each.startswith(verifying.SCRATCH_PREFIX)}
    assert after <= before


def test_what_a_dead_worker_left_goes_after_a_day(tmp_path: Path) -> None:
    for name, is_old in (("evigate-kit-old", True), ("evigate-kit-new", False), ("other", True)):
        (tmp_path / name / "bundle").mkdir(parents=True)
        if is_old:
            os.utime(tmp_path / name, (0, 0))
    verifying.sweep_scratch(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["evigate-kit-new", "other"]


async def test_a_tool_that_is_not_installed_is_named() -> None:
    (ended,) = await verify_bundle({}, ["python -m nosuchtool"], 5, go_on)
    assert ended.code is not None and ended.code.name == "E_KIT_TOOL" and "nosuchtool" in ended.what
