"""How technical whoever answers is, by all that they said so far: it chooses a question's words.

Signs add up over the conversation and weigh less the weaker they are: terms of the trade of
software, measures with their units, names as programs write them; what people say of themselves;
a question that was not understood. Once taken for an expert, somebody stays one until signs of the
contrary outweigh; who said at the start that they are one needs more of those.
"""

import re
from collections.abc import Sequence

from evigate.studio.extraction.lexicon import word_set
from evigate.studio.session.models import Level, Message, Session
from evigate.studio.session.replies import Reply, kind_of

EXPERT_FROM, NOVICE_BELOW = 2.0, 0.0
TERM, MEASURE, IDENTIFIER, SELF, NOT_UNDERSTOOD = 1.0, 0.75, 0.75, 2.0, 1.0
_TERMS = word_set(
    """
    api apis schema schemas sso oauth oidc rest graphql grpc kubernetes docker latency
    throughput idempotent idempotency webhook webhooks postgres postgresql mysql redis
    microservice microservices backend frontend rbac abac ci/cd saml terraform kafka endpoint
    endpoints middleware orm cron sharding replica replicas rollback failover deployment
    repository commit payload json xml yaml csv sdk cli ide vpn tls ssl dns cdn jwt token
    tokens websocket websockets queue async regression staging kpi sla slo rto rpo
    multi-tenant tenant authentication authorisation authorization encryption hashing caching
    idempotence devops serverless monorepo migration migrations normalised denormalised index
    indexes
    """
)
_MEASURES = re.compile(
    r"\b\d+(?:\.\d+)?\s*(?:ms|rps|qps|tps|gb|tb|mb|mbit|vcpu|rpm)\b|\b99\.\d+\s*%|\bp9[059]\b", re.I
)
_IDENTIFIERS = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z][a-z]+[A-Za-z]*\(|(?<!\w)/(?:api|v\d)\b|\b[a-z]+\.[a-z]+\(\)"
)
_SAYS_EXPERT = re.compile(
    r"\b(?:i\s+am|i['’]m|as)\s+an?\s+(?:\w+\s+)?(?:developer|engineer|architect|sysadmin|programmer|cto|dba)\b"
    r"|\b(?:our|my)\s+(?:dev|backend|platform|engineering|devops)\s+team\b",
    re.I,
)
_SAYS_NOVICE = re.compile(
    r"\b(?:i\s+am|i['’]m|we\s+are|we['’]re)\s+(?:really\s+|just\s+)?not\s+(?:very\s+|at\s+all\s+|so\s+)?(?:technical|good\s+with\s+computers|a\s+computer\s+person|tech[\s-]savvy)"
    r"|\bi\s+(?:do\s+not|don['’]?t)\s+understand\s+(?:computers|software|the\s+technical)|\bno\s+(?:idea|clue)\s+(?:about|of)\s+(?:computers|software|it)\b"
    r"|\bin\s+plain\s+(?:words|english)\b|\bwhat\s+is\s+an?\s+\w+\s*\?",
    re.I,
)


def level_of(session: Session) -> Level:
    """Return how technical whoever answers is taken to be after what was said so far."""
    said = [each for each in session.messages if each.role == "user"]
    score = score_of(said)
    if session.level == "novice":
        return "expert" if score >= EXPERT_FROM else "novice"
    return "novice" if score < NOVICE_BELOW else "expert"


def score_of(said: Sequence[Message]) -> float:
    """Return what the messages of people add up to; 0 for none. A term counts once."""
    terms: set[str] = set()
    score = 0.0
    for message in said:
        text = message.content
        terms |= {word.strip(".,;:()!?\"'").casefold() for word in text.split()} & _TERMS
        score += MEASURE * bool(_MEASURES.search(text))
        score += IDENTIFIER * bool(_IDENTIFIERS.search(text))
        score += SELF * bool(_SAYS_EXPERT.search(text)) - SELF * bool(_SAYS_NOVICE.search(text))
        # To ask what a question means says more in answer to a question than at the start.
        if message.need_key is not None and kind_of(text) is Reply.QUESTION:
            score -= NOT_UNDERSTOOD
    return score + TERM * len(terms)
