"""The ways in which storing or fetching a blob can fail."""

from evigate.base.errors import Code, Kind

E_BLOB_MISSING = Code(
    "E_BLOB_MISSING", Kind.NOT_FOUND, 404, "Check the digest; restore the blob from a backup."
)
E_BLOB_CORRUPT = Code(
    "E_BLOB_CORRUPT",
    Kind.BUG,
    500,
    "The stored bytes are not those that were put: restore the blob from a backup.",
)
E_BLOB_TOO_LARGE = Code(
    "E_BLOB_TOO_LARGE", Kind.LIMIT, 413, "Send a smaller file, or raise the size limit."
)
E_STORAGE_UNAVAILABLE = Code(
    "E_STORAGE_UNAVAILABLE",
    Kind.UNAVAILABLE,
    503,
    "Check the storage URL, its credentials and free space, then try again.",
    True,
)
E_SWEEP_TOO_EAGER = Code(
    "E_SWEEP_TOO_EAGER",
    Kind.INVALID,
    422,
    "Sweep only blobs older than the refresh window, so that none in use is taken.",
)
E_LINK_LIFETIME = Code(
    "E_LINK_LIFETIME", Kind.INVALID, 422, "Ask for a lifetime between 30 and 3600 seconds."
)
E_LINK_INVALID = Code("E_LINK_INVALID", Kind.DENIED, 403, "Ask for a fresh link; do not edit it.")
E_LINK_EXPIRED = Code("E_LINK_EXPIRED", Kind.DENIED, 410, "Ask for a fresh link.")

CODES: tuple[Code, ...] = (
    E_BLOB_MISSING,
    E_BLOB_CORRUPT,
    E_BLOB_TOO_LARGE,
    E_STORAGE_UNAVAILABLE,
    E_SWEEP_TOO_EAGER,
    E_LINK_LIFETIME,
    E_LINK_INVALID,
    E_LINK_EXPIRED,
)
