"""The ways in which keeping a secret can fail."""

from evigate.base.errors import Code, Kind

E_SEALING_KEY_INVALID = Code(
    "E_SEALING_KEY_INVALID",
    Kind.INVALID,
    400,
    "Give one or more keys of 32 bytes in base64, from a file that only its owner may read.",
)
E_UNSEAL_FAILED = Code(
    "E_UNSEAL_FAILED",
    Kind.UNAVAILABLE,
    503,
    "Restore the sealing key that sealed it, or enter the secret again.",
)
E_SECRET_NOT_FOUND = Code(
    "E_SECRET_NOT_FOUND", Kind.NOT_FOUND, 404, "List the secrets with `evigate secrets list`."
)

CODES: tuple[Code, ...] = (E_SEALING_KEY_INVALID, E_UNSEAL_FAILED, E_SECRET_NOT_FOUND)
