"""The error codes of organisations and engagements."""

from evigate.base.errors import Code, Kind

E_ORGANISATION_NOT_FOUND = Code(
    "E_ORGANISATION_NOT_FOUND", Kind.NOT_FOUND, 404, "List the organisations."
)
E_ORGANISATION_EXISTS = Code("E_ORGANISATION_EXISTS", Kind.CONFLICT, 409, "Choose another slug.")
E_ORGANISATION_INVALID = Code(
    "E_ORGANISATION_INVALID", Kind.INVALID, 422, "Correct what the message names."
)
E_ORGANISATION_CHANGED = Code(
    "E_ORGANISATION_CHANGED", Kind.CONFLICT, 409, "Read it again; the answer holds what it is now."
)
E_ORGANISATION_OWNER = Code(
    "E_ORGANISATION_OWNER", Kind.CONFLICT, 409, "Hand the organisation over to a member first."
)
E_ORGANISATION_ENGAGED = Code(
    "E_ORGANISATION_ENGAGED", Kind.CONFLICT, 409, "Complete the engagements that are named first."
)
E_ORGANISATION_MEMBER = Code(
    "E_ORGANISATION_MEMBER", Kind.NOT_FOUND, 404, "Show the organisation; it lists its members."
)
E_CUSTOMER_NOT_FOUND = Code(
    "E_CUSTOMER_NOT_FOUND", Kind.NOT_FOUND, 404, "Invite the address; who accepts is a customer."
)
E_RESOURCE_NOT_FOUND = Code(
    "E_RESOURCE_NOT_FOUND", Kind.NOT_FOUND, 404, "Name a thing that you see, such as project:0190."
)
E_ENGAGEMENT_NOT_FOUND = Code(
    "E_ENGAGEMENT_NOT_FOUND", Kind.NOT_FOUND, 404, "Show the organisation; it lists them."
)
E_ENGAGEMENT_EXISTS = Code(
    "E_ENGAGEMENT_EXISTS", Kind.CONFLICT, 409, "Reopen the one that is there, or leave it."
)
E_ENGAGEMENT_STATUS = Code(
    "E_ENGAGEMENT_STATUS", Kind.CONFLICT, 409, "Complete it first, then archive it; reopen either."
)
CODES: tuple[Code, ...] = (
    E_ORGANISATION_NOT_FOUND,
    E_ORGANISATION_EXISTS,
    E_ORGANISATION_INVALID,
    E_ORGANISATION_CHANGED,
    E_ORGANISATION_OWNER,
    E_ORGANISATION_ENGAGED,
    E_ORGANISATION_MEMBER,
    E_CUSTOMER_NOT_FOUND,
    E_RESOURCE_NOT_FOUND,
    E_ENGAGEMENT_NOT_FOUND,
    E_ENGAGEMENT_EXISTS,
    E_ENGAGEMENT_STATUS,
)
