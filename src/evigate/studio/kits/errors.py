"""The kits' codes."""

from evigate.base.errors import Code, Kind

E_KIT_INVALID = Code(
    "E_KIT_INVALID",
    Kind.INVALID,
    422,
    "Correct what the message names, file and line; `evigate kits test FOLDER` checks it again.",
)
E_KIT_INPUT = Code(
    "E_KIT_INPUT", Kind.INVALID, 422, "Give the specification what the kit's inputs ask for."
)
E_KIT_TEMPLATE = Code(
    "E_KIT_TEMPLATE",
    Kind.INVALID,
    422,
    "Correct the template at the line named; what is not in the specification is not there.",
)
E_KIT_OUTSIDE = Code(
    "E_KIT_OUTSIDE", Kind.DENIED, 422, "A kit writes inside its bundle only; correct the path."
)
E_KIT_NOT_FOUND = Code(
    "E_KIT_NOT_FOUND", Kind.NOT_FOUND, 404, "Name a kit's folder, or one of `evigate kits list`."
)
E_KIT_TARGET = Code(
    "E_KIT_TARGET", Kind.INVALID, 422, "Name a folder that is there and may be written, or none."
)
# What a run is refused for, or ends with.
E_KIT_ENDLESS = Code(
    "E_KIT_ENDLESS",
    Kind.LIMIT,
    422,
    "Make it end: loops and time are bounded; kit.yaml may raise timeout_s.",
)
E_KIT_SECRETS = Code(
    "E_KIT_SECRETS",
    Kind.DENIED,
    422,
    "A kit sees its own files and the specification; take out what reads anything else.",
)
E_KIT_NETWORK = Code(
    "E_KIT_NETWORK", Kind.DENIED, 422, "Test in process: what a kit runs reaches no network."
)
E_KIT_PROCESS = Code(
    "E_KIT_PROCESS", Kind.DENIED, 422, "Do it in one process: what a kit runs may start no other."
)
E_KIT_VERIFY = Code(
    "E_KIT_VERIFY", Kind.INVALID, 422, "Read the log of the run; it names what did not pass."
)
E_KIT_TOOL = Code(
    "E_KIT_TOOL",
    Kind.UNAVAILABLE,
    503,
    "Install the module that the message names beside Evigate, and start the run again.",
)
E_KIT_OUTPUTS = Code(
    "E_KIT_OUTPUTS", Kind.INVALID, 422, "Look at the outputs of the run; failed ones say why."
)
E_KIT_SPECIFICATION = Code(
    "E_KIT_SPECIFICATION",
    Kind.CONFLICT,
    409,
    "Compile and approve the specification, or start a dry run.",
)
E_KIT_STATE = Code(
    "E_KIT_STATE", Kind.CONFLICT, 409, "Look at the run or kit as it stands, then choose again."
)
E_KIT_PLAN_STALE = Code(
    "E_KIT_PLAN_STALE", Kind.CONFLICT, 409, "Look at the present plan, and approve that one."
)
E_KIT_RUN_NOT_FOUND = Code(
    "E_KIT_RUN_NOT_FOUND", Kind.NOT_FOUND, 404, "List the runs: evigate kits runs PROJECT."
)
E_KIT_EXISTS = Code(
    "E_KIT_EXISTS", Kind.CONFLICT, 409, "Raise the version in kit.yaml, or choose another id."
)
E_KIT_NEEDS = Code(
    "E_KIT_NEEDS", Kind.CONFLICT, 409, "Provide what the message names, and start the run again."
)
E_KIT_CREDENTIAL = Code(
    "E_KIT_CREDENTIAL",
    Kind.CONFLICT,
    409,
    "Give the credential: evigate kits credentials set PROJECT KIT ID.",
)
E_KIT_DISCOVER = Code(
    "E_KIT_DISCOVER",
    Kind.UPSTREAM,
    502,
    "Check the address and the credential; what is read must be an OpenAPI document.",
)
CODES = (
    E_KIT_INVALID,
    E_KIT_INPUT,
    E_KIT_TEMPLATE,
    E_KIT_OUTSIDE,
    E_KIT_NOT_FOUND,
    E_KIT_TARGET,
    E_KIT_ENDLESS,
    E_KIT_SECRETS,
    E_KIT_NETWORK,
    E_KIT_PROCESS,
    E_KIT_VERIFY,
    E_KIT_TOOL,
    E_KIT_OUTPUTS,
    E_KIT_SPECIFICATION,
    E_KIT_STATE,
    E_KIT_PLAN_STALE,
    E_KIT_RUN_NOT_FOUND,
    E_KIT_EXISTS,
    E_KIT_NEEDS,
    E_KIT_CREDENTIAL,
    E_KIT_DISCOVER,
)
