"""What may go wrong with a storyboard, under the seed's names."""

from evigate.base.errors import Code, Kind

E_STORY_NOT_FOUND = Code(
    "E_STORY_NOT_FOUND", Kind.NOT_FOUND, 404, "List the storyboards, or tell the paper first."
)
E_STORY_NO_RUN = Code(
    "E_STORY_NO_RUN", Kind.NOT_FOUND, 404, "Reproduce the paper first; then refresh its storyboard."
)
E_STORY_GENERATION_FAILED = Code(
    "E_STORY_GENERATION_FAILED",
    Kind.UPSTREAM,
    500,
    "Look at the run of the storyteller; choose the built-in one in the settings of agents.",
)
CODES: tuple[Code, ...] = (E_STORY_NOT_FOUND, E_STORY_NO_RUN, E_STORY_GENERATION_FAILED)
