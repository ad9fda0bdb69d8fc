"""The board as the API, `--json` and the page show it: one shape for all."""

from dataclasses import dataclass
from uuid import UUID

from evigate.studio.features.models import Board, Candidate, Chosen, Seed


@dataclass(frozen=True, slots=True)
class SeedView:
    """Why features are wanted: what was said, in whose words, and whether it is decided."""

    key: str
    seed_type: str
    feature_name: str
    priority: str
    confidence: float
    source_field: str
    claim_id: UUID
    quote: str
    rationale: str
    covered_by: list[str]
    decision: str | None
    reason: str
    is_decided: bool


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A feature that the discovery speaks for; `state` is open, selected or dropped."""

    key: str
    title: str
    summary: str
    category: str
    complexity: str
    effort: int
    score: float
    signals_matched: list[str]
    reason: str
    seed_keys: list[str]
    importance: str
    depends: list[str]
    excludes: list[str]
    state: str
    version: int


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A chosen feature, in its place."""

    id: UUID
    key: str
    title: str
    summary: str
    category: str
    complexity: str
    effort: int
    origin: str
    needed_by: list[str]
    depends: list[str]
    accept: list[str]
    importance: str
    notes: str
    version: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What the discovery says otherwise than when the candidates were found."""

    version_then: int
    version_now: int
    added: list[str]
    gone: list[str]


@dataclass(frozen=True, slots=True)
class BoardView:
    """All of a board; `effort` is the sum over what is chosen, `notices` what a change brought."""

    project_id: UUID
    name: str
    candidate_set_id: UUID
    discovery_version: int
    status: str
    effort: int
    stale_reason: str | None
    change: ChangeView | None
    undecided: list[str]
    notices: list[str]
    seeds: list[SeedView]
    candidates: list[CandidateView]
    features: list[FeatureView]


def board_view(board: Board) -> BoardView:
    """Return a board as it is shown."""
    change = board.change
    return BoardView(
        project_id=board.project_id,
        name=board.name,
        candidate_set_id=board.curation.candidate_set_id,
        discovery_version=board.curation.discovery_version,
        status=board.curation.status,
        effort=sum(each.effort for each in board.selected),
        stale_reason=board.curation.stale_reason,
        change=None
        if change is None
        else ChangeView(
            change.version_then, change.version_now, list(change.added), list(change.gone)
        ),
        undecided=[each.feature_name for each in board.undecided()],
        notices=list(board.notices),
        seeds=[_seed(board, each) for each in board.seeds],
        candidates=[_candidate(board, each) for each in board.candidates],
        features=[_feature(each) for each in board.selected],
    )


def complexity_of(effort: int) -> str:
    """Return an effort, in the points of a Fibonacci scale, as the seed's word for it."""
    return "low" if effort <= 3 else "medium" if effort <= 5 else "high"


def _seed(board: Board, seed: Seed) -> SeedView:
    covered = [each.title for each in board.selected if seed.key in each.seed_keys]
    decided = board.decisions.get(seed.key)
    return SeedView(
        key=seed.key,
        seed_type=seed.seed_type,
        feature_name=seed.feature_name,
        priority=seed.priority,
        confidence=seed.confidence,
        source_field=seed.source_field,
        claim_id=seed.claim_id,
        quote=seed.quote,
        rationale=seed.rationale,
        covered_by=covered,
        decision=decided.decision if decided else None,
        reason=decided.reason if decided else "",
        is_decided=bool(covered) or decided is not None,
    )


def _candidate(board: Board, candidate: Candidate) -> CandidateView:
    chosen = next((each for each in board.features if each.key == candidate.key), None)
    state = "open" if chosen is None else "selected" if chosen.is_selected else "dropped"
    return CandidateView(
        key=candidate.key,
        title=candidate.title,
        summary=candidate.summary,
        category=candidate.category,
        complexity=complexity_of(candidate.effort),
        effort=candidate.effort,
        score=candidate.score,
        signals_matched=list(candidate.signals_matched),
        reason=candidate.reason,
        seed_keys=list(candidate.seed_keys),
        importance=candidate.importance,
        depends=list(candidate.depends),
        excludes=list(candidate.excludes),
        state=state,
        version=chosen.version if chosen else 0,
    )


def _feature(each: Chosen) -> FeatureView:
    return FeatureView(
        id=each.id,
        key=each.key,
        title=each.title,
        summary=each.summary,
        category=each.category,
        complexity=complexity_of(each.effort),
        effort=each.effort,
        origin=each.origin,
        needed_by=list(each.needed_by),
        depends=list(each.depends),
        accept=list(each.accept),
        importance=each.importance,
        notes=each.notes,
        version=each.version,
    )
