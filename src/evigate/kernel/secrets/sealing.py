"""Sealing with AES-256-GCM, and keys derived for other uses, all from one sealing key.

A sealed secret says which form and which key it was made with, so that the form can change and
keys can be rotated: a key file holds several, the first seals, all unseal. The context (say, the
row and column a secret belongs to) is authenticated, so a sealed value moved elsewhere stays shut.

Layout of a sealed secret: 1 byte form, 4 bytes key id, 12 bytes nonce, ciphertext with its 16-byte
tag. Nonces are random; NIST SP 800-38D (8.3) allows 2^32 of them under one key.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from evigate.base.errors import EvigateError
from evigate.kernel.secrets.errors import E_SEALING_KEY_INVALID, E_UNSEAL_FAILED

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_BYTES = 4
FORM = b"\x01"
KEYS_MAX_COUNT = 16
# The file of that many keys in base64 is far smaller; a longer one is some other file.
KEY_FILE_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class SealingKey:
    """One or more keys of 32 bytes, newest first; its text form never shows them."""

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not 1 <= len(self.keys) <= KEYS_MAX_COUNT:
            raise _invalid(f"{len(self.keys)} keys were given, not 1 to {KEYS_MAX_COUNT}.")
        if any(len(key) != KEY_BYTES for key in self.keys):
            raise _invalid(f"A key does not have {KEY_BYTES} bytes.")

    @classmethod
    def load(cls, path: Path, *, text: str | None = None) -> "SealingKey":
        """Return the key given as `text` if there is one, else that of the file at `path`.

        An absent file is created with a fresh key, readable by its owner alone. It appears whole
        and under its name at once, so processes that race for it all load the same key.

        Args:
            path: the key file; base64, one key a line, newest first.
            text: the same as a setting's value; keys separated by commas or white space.

        Raises:
            E_SEALING_KEY_INVALID: the text is not such keys, or others may read the file.
        """
        if text is not None:
            return cls(_parse(text))
        if not path.exists():
            _create(path)
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise _invalid(f"Others than its owner may use the key file {path.name!r}: chmod 600.")
        with path.open("rb") as file:
            return cls(_parse(file.read(KEY_FILE_MAX_BYTES).decode("ascii", "replace")))

    def seal(self, plaintext: bytes, *, context: str) -> bytes:
        """Return `plaintext` sealed by the newest key; twice the same gives different bytes."""
        key = self.keys[0]
        header = FORM + _key_id(key)
        nonce = os.urandom(NONCE_BYTES)
        return header + nonce + AESGCM(key).encrypt(nonce, plaintext, header + context.encode())

    def unseal(self, sealed: bytes, *, context: str) -> bytes:
        """Return what was sealed in the same context by any of the keys.

        Raises:
            E_UNSEAL_FAILED: no key fits, the context differs, or the bytes were changed. Which of
                them it was is not said.
        """
        header, rest = sealed[: 1 + KEY_ID_BYTES], sealed[1 + KEY_ID_BYTES :]
        for key in self.keys:
            if header == FORM + _key_id(key) and len(rest) > NONCE_BYTES:
                nonce, ciphertext = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
                try:
                    return AESGCM(key).decrypt(nonce, ciphertext, header + context.encode())
                except InvalidTag as error:
                    raise _unseal_failed(context) from error
        raise _unseal_failed(context)

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes that only holders of the newest key can compute, one set per purpose.

        Knowing them tells nothing of the key or of another purpose's bytes. Rotation changes them:
        cookies and links signed with the former ones end with it.

        Source:
            HKDF, RFC 5869, with SHA-256 and no salt, since the key is uniform already.
        """
        return _expand(self.keys[0], f"evigate/1/{purpose}")


def _expand(key: bytes, info: str, length: int = KEY_BYTES) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(key)


def _key_id(key: bytes) -> bytes:
    return _expand(key, "evigate/1/key-id", KEY_ID_BYTES)


def _parse(text: str) -> tuple[bytes, ...]:
    try:
        return tuple(
            base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
            for word in text.replace(",", " ").split()
        )
    except (binascii.Error, ValueError) as error:
        raise _invalid("A key is not base64.") from error


def _create(path: Path) -> None:
    """Link a finished file to `path` unless someone else did so first; a link never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        partial.unlink(missing_ok=True)


def _invalid(message: str) -> EvigateError:
    return EvigateError(E_SEALING_KEY_INVALID, message)


def _unseal_failed(context: str) -> EvigateError:
    return EvigateError(E_UNSEAL_FAILED, f"The secret of {context!r} cannot be unsealed.")
