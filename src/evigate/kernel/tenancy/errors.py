"""Tenancy's error codes."""

from evigate.base.errors import Code, Kind

E_SIGN_IN_REFUSED = Code(
    "E_SIGN_IN_REFUSED", Kind.DENIED, 401, "Check the address and the password, or ask for a link."
)
E_SIGN_IN_LINK_INVALID = Code(
    "E_SIGN_IN_LINK_INVALID",
    Kind.DENIED,
    401,
    "A link works once and for ten minutes; print another with `evigate link`.",
)
E_TENANT_EXISTS = Code("E_TENANT_EXISTS", Kind.CONFLICT, 409, "Choose another slug.")
E_TENANT_NOT_FOUND = Code(
    "E_TENANT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the tenants with `evigate tenants list`."
)
E_PASSWORD_WEAK = Code("E_PASSWORD_WEAK", Kind.INVALID, 422, "Use twelve characters or more.")
E_TOKEN_NOT_FOUND = Code("E_TOKEN_NOT_FOUND", Kind.NOT_FOUND, 404, "List the tokens first.")
E_USER_NOT_FOUND = Code("E_USER_NOT_FOUND", Kind.NOT_FOUND, 404, "Check the address.")
E_MEMBER_INVALID = Code(
    "E_MEMBER_INVALID", Kind.INVALID, 422, "Give an address and one of the roles."
)
E_MEMBER_EXISTS = Code("E_MEMBER_EXISTS", Kind.CONFLICT, 409, "Change the member's role instead.")
E_LAST_OWNER = Code("E_LAST_OWNER", Kind.CONFLICT, 409, "Make somebody else an owner first.")
E_MEMBER_BOUND = Code(
    "E_MEMBER_BOUND",
    Kind.CONFLICT,
    409,
    "Hand the organisation or the engagement over to somebody else first.",
)
E_INVITATION_NOT_FOUND = Code(
    "E_INVITATION_NOT_FOUND", Kind.NOT_FOUND, 404, "List the invitations; one that ended is gone."
)
E_INVITATION_INVALID = Code(
    "E_INVITATION_INVALID",
    Kind.DENIED,
    401,
    "An invitation is taken up once and within seven days; ask for another.",
)

CODES: tuple[Code, ...] = (
    E_SIGN_IN_REFUSED,
    E_SIGN_IN_LINK_INVALID,
    E_TENANT_EXISTS,
    E_TENANT_NOT_FOUND,
    E_PASSWORD_WEAK,
    E_TOKEN_NOT_FOUND,
    E_USER_NOT_FOUND,
    E_MEMBER_INVALID,
    E_MEMBER_EXISTS,
    E_LAST_OWNER,
    E_MEMBER_BOUND,
    E_INVITATION_NOT_FOUND,
    E_INVITATION_INVALID,
)
