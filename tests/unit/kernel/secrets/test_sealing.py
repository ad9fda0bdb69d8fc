"""Sealing: what opens a sealed secret, what does not, and how the key comes to be."""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evigate.base.errors import EvigateError
from evigate.kernel.secrets import SealingKey

OLD = SealingKey((b"o" * 32,))
NEW = SealingKey((b"n" * 32,))


@pytest.mark.parametrize("plaintext", [b"", b"secret", bytes(range(256)) * 64])
def test_what_is_sealed_comes_back_in_its_context_alone(plaintext: bytes) -> None:
    sealed = OLD.seal(plaintext, context="providers.key:1")
    assert OLD.unseal(sealed, context="providers.key:1") == plaintext
    with pytest.raises(EvigateError, match="E_UNSEAL_FAILED"):
        OLD.unseal(sealed, context="providers.key:2")


def test_a_sealed_secret_shows_nothing_and_never_looks_the_same_twice() -> None:
    sealed = OLD.seal(b"open sesame", context="c")
    assert b"sesame" not in sealed
    assert sealed != OLD.seal(b"open sesame", context="c")
    # 1 form + 4 key id + 12 nonce + 11 text + 16 tag
    assert len(sealed) == 44


def test_every_single_changed_byte_is_noticed() -> None:
    sealed = OLD.seal(b"secret", context="c")
    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= 1
        with pytest.raises(EvigateError, match="E_UNSEAL_FAILED"):
            OLD.unseal(bytes(changed), context="c")


@pytest.mark.parametrize("length", range(34))
def test_every_truncation_is_noticed(length: int) -> None:
    sealed = OLD.seal(b"s", context="c")
    assert len(sealed) == 34
    with pytest.raises(EvigateError, match="E_UNSEAL_FAILED"):
        OLD.unseal(sealed[:length], context="c")


def test_rotation_seals_with_the_first_key_and_opens_with_all() -> None:
    both = SealingKey(NEW.keys + OLD.keys)
    assert both.unseal(OLD.seal(b"former", context="c"), context="c") == b"former"
    assert NEW.unseal(both.seal(b"later", context="c"), context="c") == b"later"
    with pytest.raises(EvigateError, match="E_UNSEAL_FAILED"):
        OLD.unseal(both.seal(b"later", context="c"), context="c")


def test_derived_keys_differ_by_purpose_and_by_key_and_stay_the_same() -> None:
    # HKDF-SHA256 by its definition: PRK = HMAC(zero salt, key); T1 = HMAC(PRK, info | 0x01).
    prk = hmac.new(bytes(32), b"o" * 32, hashlib.sha256).digest()
    expected = hmac.new(prk, b"evigate/1/cookies\x01", hashlib.sha256).digest()
    assert OLD.derive("cookies") == expected
    assert len({OLD.derive("cookies"), OLD.derive("links"), NEW.derive("cookies")}) == 3


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "sealing.key"
    first = SealingKey.load(path)
    assert SealingKey.load(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert base64.b64decode(path.read_text()) == first.keys[0]
    assert os.listdir(path.parent) == ["sealing.key"]


def test_processes_that_race_for_the_file_load_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from evigate.kernel.secrets import SealingKey\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(SealingKey.load(Path(sys.argv[1])).derive('x').hex())"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = {racer.communicate()[0] for racer in racers}
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64
    assert os.listdir(tmp_path) == ["key"]


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    SealingKey.load(path)
    path.chmod(0o640)
    with pytest.raises(EvigateError, match="chmod 600"):
        SealingKey.load(path)


def test_a_setting_wins_over_the_file_and_may_hold_several_keys(tmp_path: Path) -> None:
    text = ", ".join(base64.urlsafe_b64encode(key).decode() for key in (b"\xff" * 32, b"o" * 32))
    assert SealingKey.load(tmp_path / "key", text=text).keys == (b"\xff" * 32, b"o" * 32)
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize("text", ["", "short", "c2hvcnQ=", "not base64!", "é" * 44])
def test_what_is_not_a_key_is_refused_without_showing_it(tmp_path: Path, text: str) -> None:
    with pytest.raises(EvigateError, match="E_SEALING_KEY_INVALID") as caught:
        SealingKey.load(tmp_path / "key", text=text)
    assert not text or text not in str(caught.value)


def test_a_key_does_not_show_itself() -> None:
    assert "ooo" not in repr(OLD)
