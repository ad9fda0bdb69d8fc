"""Which features an unattended build chooses: by score, and what was said in its own words.

Pure. A candidate that is likelier than not is chosen. A job that somebody wants done, which no
chosen feature answers, becomes a feature with the words it was said in; nothing else is added.
"""

from collections.abc import Sequence

from evigate.studio.features.board import slug
from evigate.studio.features.models import Board, Candidate, Seed

SCORE_MIN = 0.5
CHOSEN_MAX = 25
TITLE_CHARACTERS = 120


def likely(board: Board) -> tuple[Candidate, ...]:
    """Return the candidates to choose, surest first, at most `CHOSEN_MAX`; decided ones are out."""
    decided = {each.key for each in board.features}
    found = [
        each for each in board.candidates if each.score >= SCORE_MIN and each.key not in decided
    ]
    return tuple(found[:CHOSEN_MAX])


def uncovered(board: Board) -> tuple[Seed, ...]:
    """Return the jobs that no chosen feature answers, in order, each title once."""
    covered = {key for each in board.selected for key in each.seed_keys}
    present = {each.key for each in board.features}
    found: dict[str, Seed] = {}
    for seed in board.seeds:
        key = slug(title_of(seed))
        if seed.seed_type == "jtbd_direct" and seed.key not in covered and key not in present:
            found.setdefault(key, seed)
    return tuple(seed for key, seed in found.items() if key)


def title_of(seed: Seed) -> str:
    """Return a seed's words as a feature's title, cut at a word."""
    words = " ".join(seed.feature_name.split())
    if len(words) > TITLE_CHARACTERS:
        words = words[:TITLE_CHARACTERS].rpartition(" ")[0]
    return words[:1].upper() + words[1:]


def left_of(seeds: Sequence[Seed]) -> tuple[str, ...]:
    """Return what is left to a person, in the seeds' own words."""
    return tuple(each.feature_name for each in seeds)
