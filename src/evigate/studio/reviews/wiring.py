"""What reviews register: their codes, the reviewers, and the job that carries a review."""

from evigate.kernel.jobs import JobSpec
from evigate.studio.reviews.errors import CODES as CODES
from evigate.studio.reviews.reviewers import AGENTS as AGENTS
from evigate.studio.reviews.service import REVIEW, ReviewService

ATTEMPTS_MAX = 3


def jobs(reviews: ReviewService) -> tuple[JobSpec, ...]:
    """Return the room's kinds of job."""
    walk, give_up = reviews.walk, reviews.give_up
    return (JobSpec(REVIEW, walk, max_attempts=ATTEMPTS_MAX, on_dead_letter=give_up),)
