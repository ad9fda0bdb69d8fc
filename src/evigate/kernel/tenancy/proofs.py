"""Passwords and tokens: the one file that knows argon2.

Tokens are 32 random bytes, so a plain SHA-256 of them is enough to store; passwords are not, so
they get argon2id with the library's own parameters.
"""

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from evigate.base.errors import EvigateError
from evigate.kernel.tenancy.errors import E_PASSWORD_WEAK

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 1024
TOKEN_PREFIX = "evg_"

_hasher = PasswordHasher()


@cache
def _no_such_user() -> str:
    """Return the hash that a stranger's password is compared with; made once, it takes long."""
    return _hasher.hash(secrets.token_urlsafe())


@dataclass(frozen=True, slots=True)
class Token:
    """A fresh secret: `text` is shown once, `digest` is stored, `hint` may be shown again."""

    text: str

    @property
    def digest(self) -> bytes:
        """What the database keeps."""
        return token_digest(self.text)

    @property
    def hint(self) -> str:
        """The last four characters."""
        return f"…{self.text[-4:]}"


def new_token() -> Token:
    """Return a secret with 256 bits of randomness."""
    return Token(TOKEN_PREFIX + secrets.token_urlsafe(32))


def token_digest(text: str) -> bytes:
    """Return the SHA-256 of a token's text, 32 bytes."""
    return hashlib.sha256(text.encode()).digest()


def hash_password(password: str) -> str:
    """Return an argon2id hash; takes tens of milliseconds on purpose.

    Raises:
        EvigateError[E_PASSWORD_WEAK]: it is shorter than 12 or longer than 1,024 characters.
    """
    if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
        message = f"The password has {len(password)} characters; 12 to 1024 are allowed."
        raise EvigateError(E_PASSWORD_WEAK, message)
    return _hasher.hash(password)


def check_password(password: str, stored: str | None) -> bool:
    """Tell whether the password fits; takes as long when there is no such user."""
    try:
        fits = _hasher.verify(stored or _no_such_user(), password[:PASSWORD_LENGTH_MAX])
    except (VerificationError, InvalidHashError):
        return False
    return fits and stored is not None
