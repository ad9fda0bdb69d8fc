"""The error codes of policies, roles and grants."""

from evigate.base.errors import Code, Kind

E_POLICY_INVALID = Code(
    "E_POLICY_INVALID", Kind.INVALID, 422, "Correct what the message names; nothing was kept."
)
E_POLICY_EXISTS = Code(
    "E_POLICY_EXISTS", Kind.CONFLICT, 409, "Choose another name, or change the one that is there."
)
E_POLICY_NOT_FOUND = Code("E_POLICY_NOT_FOUND", Kind.NOT_FOUND, 404, "List what there is first.")
E_POLICY_CHANGED = Code(
    "E_POLICY_CHANGED", Kind.CONFLICT, 409, "Read it again; the answer holds what it is now."
)

CODES: tuple[Code, ...] = (
    E_POLICY_INVALID,
    E_POLICY_EXISTS,
    E_POLICY_NOT_FOUND,
    E_POLICY_CHANGED,
)
