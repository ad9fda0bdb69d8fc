"""The fields that a discovery fills: their paths, and which of them hold several values.

The first twenty-two are what the objective `project_discovery` asks for; the rest are what people
state beside them and what later rooms read (features, counts, lists of states, rules).
"""

CORE_PROBLEM = "purpose_and_problem.coreProblem"
TRIGGER_EVENT = "purpose_and_problem.triggerEvent"
CURRENT_SOLUTION = "purpose_and_problem.currentSolution"
PROBLEM_IMPACT = "purpose_and_problem.problemImpact"
PRIMARY_USER = "users_and_personas.primaryUser"
SECONDARY_USERS = "users_and_personas.secondaryUsers[]"
JOBS = "users_and_personas.jobsToBeDone[]"
PAIN_POINTS = "users_and_personas.painPoints[]"
TECHNICAL_LEVEL = "users_and_personas.endUserTechnicalLevel"
MEASURES = "success_criteria.measuresOfSuccess[]"
DEALBREAKERS = "success_criteria.dealbreakers[]"
TIMELINE = "constraints.timeline"
BUDGET = "constraints.budget"
TECHNICAL_CONSTRAINTS = "constraints.technicalConstraints[]"
EXISTING_SYSTEMS = "constraints.existingSystems[]"
SENSITIVE_DATA = "non_functional_screening.sensitiveData[]"
EXPECTED_SCALE = "non_functional_screening.expectedScale[]"
DOMAIN_TYPE = "domain_type"
CORE_ENTITIES = "domain_specific.coreEntities[]"
ROLES_AND_ACCESS = "domain_specific.rolesAndAccess[]"
INTEGRATIONS = "domain_specific.integrationsNeeded[]"
OUT_OF_SCOPE = "domain_specific.outOfScope[]"

# What the library asks beside the objective; the rest of the path is the question's key.
DETAILS = "details."

FEATURES = "domain_specific.features[]"
COUNTS = "domain_specific.counts[]"
ENUMERATIONS = "domain_specific.enumerations[]"
RULES = "domain_specific.rules[]"

ASKED = (
    CORE_PROBLEM,
    TRIGGER_EVENT,
    CURRENT_SOLUTION,
    PROBLEM_IMPACT,
    PRIMARY_USER,
    SECONDARY_USERS,
    JOBS,
    PAIN_POINTS,
    TECHNICAL_LEVEL,
    MEASURES,
    DEALBREAKERS,
    TIMELINE,
    BUDGET,
    TECHNICAL_CONSTRAINTS,
    EXISTING_SYSTEMS,
    SENSITIVE_DATA,
    EXPECTED_SCALE,
    DOMAIN_TYPE,
    CORE_ENTITIES,
    ROLES_AND_ACCESS,
    INTEGRATIONS,
    OUT_OF_SCOPE,
)
NOTED = (FEATURES, COUNTS, ENUMERATIONS, RULES)
FIELDS = ASKED + NOTED
# What says that something is not wanted; never a requirement.
EXCLUDING = frozenset({OUT_OF_SCOPE, DEALBREAKERS})


SECTIONS = {
    "purpose_and_problem": "Purpose and problem",
    "users_and_personas": "Users",
    "success_criteria": "Success",
    "constraints": "Limits",
    "non_functional_screening": "Data and scale",
    "details": "Details of the trade",
}


def section_of(field_path: str) -> str:
    """Return the heading that a field stands under."""
    return SECTIONS.get(field_path.partition(".")[0], "The domain")


def is_list(field_path: str) -> bool:
    """Say whether a field holds several values at once; two values of any other contradict."""
    return field_path.endswith("[]")


def leaf(field_path: str) -> str:
    """Return the last part of a path, without the mark of a list."""
    return field_path.rpartition(".")[2].removesuffix("[]")
