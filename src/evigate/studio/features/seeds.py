"""What a discovery calls for: each job, pain, dealbreaker and constraint as a seed of features.

Pure, so the same claims give the same seeds. A job or a pain is worth a feature of its own; a
dealbreaker must be decided by a person; a constraint counts where a rule knows what it leads to.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from evigate.language.plurals import singular
from evigate.language.words import contains_phrase, fold, stems
from evigate.studio import fields
from evigate.studio.features.models import Priority, Seed, SeedType
from evigate.studio.session.conflicts import shown
from evigate.studio.session.models import Claim

KEY_CHARACTERS = 16
NAME_CHARACTERS = 2000
SURE = 0.8
SAID: Mapping[str, tuple[SeedType, Priority, str]] = {
    fields.JOBS: ("jtbd_direct", "high", "This is a job that people want to get done."),
    fields.PAIN_POINTS: ("pain_solver", "high", "This hurts today, and should hurt less."),
    fields.DEALBREAKERS: ("dealbreaker", "critical", "Without this the project has failed."),
}
CONSTRAINTS = (
    fields.SENSITIVE_DATA,
    fields.TECHNICAL_CONSTRAINTS,
    fields.EXISTING_SYSTEMS,
    fields.INTEGRATIONS,
    fields.RULES,
)


# Places that work side by side; two of one kind have hours, people and figures of their own.
_PLACES = frozenset(
    {"shop", "store", "salon", "branch", "site", "location", "clinic", "practice", "restaurant",
     "office", "school", "depot", "studio", "gym", "hotel", "warehouse", "centre", "center",
     "workshop", "cafe", "bakery", "pharmacy", "library", "station"}
)  # fmt: skip
SEVERAL_PLACES = "Each place has its own people, hours and figures"
WHO_MAY = "People see and do what their role lets them"


@dataclass(frozen=True, slots=True)
class ConstraintRule:
    """When a constraint names one of `words`, `name` is to be built, by these features."""

    words: tuple[str, ...]
    name: str
    features: tuple[str, ...]
    priority: Priority


RULES = (
    ConstraintRule(
        ("gdpr", "ccpa", "data protection", "personal data", "privacy law"),
        "People can see, take along and have erased what is kept of them",
        ("data-export-erasure", "consent-records"),
        "high",
    ),
    ConstraintRule(
        ("health", "medical", "hipaa", "patient data"),
        "Health data are seen by those who need them, and it is recorded who looked",
        ("roles-permissions", "audit-trail", "retention-rules"),
        "high",
    ),
    ConstraintRule(
        ("payment card", "card data", "card number", "pci"),
        "Card numbers are typed at the payment provider and never kept here",
        ("card-payments",),
        "high",
    ),
    ConstraintRule(
        ("child", "minor", "coppa", "pupil"),
        "What is kept of children has a guardian's consent",
        ("consent-records", "parent-access"),
        "high",
    ),
    ConstraintRule(
        ("id number", "identity", "passport", "social security", "payroll", "bank account"),
        "Numbers that identify a person are kept sealed",
        ("encryption-at-rest", "audit-trail"),
        "high",
    ),
    ConstraintRule(
        ("location", "gps", "whereabouts"),
        "Whereabouts are recorded only with consent, and for a stated time",
        ("consent-records", "retention-rules"),
        "medium",
    ),
    ConstraintRule(
        ("offline", "no internet", "no signal", "poor connection"),
        "The work goes on without a connection",
        ("offline-mobile",),
        "high",
    ),
    ConstraintRule(
        ("wcag", "accessible", "accessibility", "screen reader"),
        "Everybody can use it, by keyboard and by screen reader",
        ("accessibility",),
        "high",
    ),
    ConstraintRule(
        ("single sign on", "sso", "active directory", "saml", "azure ad"),
        "People sign in with the account that they have",
        ("single-sign-on",),
        "medium",
    ),
    ConstraintRule(
        ("multilingual", "several languages", "two languages", "bilingual"),
        "Everything can be read in each of the languages",
        ("multi-language",),
        "medium",
    ),
    ConstraintRule(
        ("excel", "spreadsheet", "csv", "old system", "legacy"),
        "What is kept elsewhere today can be brought in",
        ("data-import",),
        "medium",
    ),
    ConstraintRule(
        ("google calendar", "outlook", "calendar"),
        "Appointments stand in the calendar that people look at",
        ("availability-sync",),
        "medium",
    ),
    ConstraintRule(
        ("sms", "text message"), "People are told by text message", ("sms-messages",), "medium"
    ),
    ConstraintRule(
        ("payment", "stripe", "paypal", "adyen", "mollie"),
        "Money is taken through a payment provider",
        ("card-payments",),
        "medium",
    ),
)


def seeds_of(claims: Iterable[Claim]) -> tuple[Seed, ...]:
    """Return the seeds of the accepted claims: critical ones first, then as they were said."""
    found: dict[str, Seed] = {}
    for claim in claims:
        if claim.status != "accepted":
            continue
        for seed in _seeds_of(claim):
            found.setdefault(seed.key, seed)
    order = ("critical", "high", "medium", "low")
    return tuple(sorted(found.values(), key=lambda each: order.index(each.priority)))


def _seeds_of(claim: Claim) -> Iterable[Seed]:
    if claim.field_path in SAID and shown(claim.value).casefold() != "none":
        seed_type, priority, why = SAID[claim.field_path]
        yield _seed(claim, seed_type, shown(claim.value), priority, why)
    elif claim.field_path == fields.ROLES_AND_ACCESS and _tells_apart(claim):
        why = f"“{claim.quote}” tells people apart by what they may see or do."
        hints = ("roles-permissions",)
        yield _seed(claim, "constraint_driven", WHO_MAY, "high", why, hints)
    elif claim.field_path == fields.COUNTS and _are_places(claim.value):
        why = f"{shown(claim.value)} work side by side."
        hints = ("multi-location",)
        yield _seed(claim, "constraint_driven", SEVERAL_PLACES, "medium", why, hints)
    elif claim.field_path in CONSTRAINTS:
        said = stems(f"{shown(claim.value)} {claim.quote}")
        for rule in RULES:
            word = next((w for w in rule.words if contains_phrase(said, stems(w))), None)
            if word is not None:
                why = f"{shown(claim.value)} is a constraint: {word!r} leads to this."
                yield _seed(
                    claim, "constraint_driven", rule.name, rule.priority, why, rule.features
                )


def _tells_apart(claim: Claim) -> bool:
    """Say whether a claim tells people apart, and not that all may see all."""
    words = shown(claim.value).casefold()
    return claim.confidence >= SURE and words != "none" and "see everything" not in words


def _are_places(value: Any) -> bool:
    """Say whether a count is one of two or more places ("three bicycle repair shops")."""
    if not isinstance(value, dict) or "unit" in value or value.get("per"):
        return False
    words = str(value.get("of", "")).casefold().split()
    is_of_places = bool(words) and singular(words[-1]) in _PLACES and "sample" not in words
    return is_of_places and value.get("count", 0) >= 2


def _seed(
    claim: Claim,
    seed_type: SeedType,
    name: str,
    priority: Priority,
    rationale: str,
    hints: tuple[str, ...] = (),
) -> Seed:
    name = name[:NAME_CHARACTERS]
    plain = " ".join(fold(name).split())
    key = hashlib.sha256(f"{seed_type}\x00{plain}".encode()).hexdigest()[:KEY_CHARACTERS]
    return Seed(
        key=key,
        seed_type=seed_type,
        feature_name=name,
        priority=priority,
        confidence=claim.confidence,
        source_field=claim.field_path,
        claim_id=claim.id,
        quote=claim.quote,
        rationale=rationale,
        hints=hints,
    )
