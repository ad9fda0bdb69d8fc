"""The teller as an agent: rules by default, a model behind the same schema and checks by choice."""

from evigate.agents import Agent
from evigate.papers.storyboards.models import StoryInput, StoryOut
from evigate.papers.storyboards.tell import tell_story

NAME = "storyteller"
PROMPT = "papers.storyteller"

AGENT = Agent(
    name=NAME,
    version="1",
    input=StoryInput,
    output=StoryOut,
    builtin=tell_story,
    prompt_name=PROMPT,
    description="Tells a paper in a few pages that a child can read, with its own numbers.",
)
