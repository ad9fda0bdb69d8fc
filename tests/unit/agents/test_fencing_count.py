"""What a built-in agent is counted for is what a model would be sent."""

from evigate.agents import Passage, estimate_tokens
from evigate.agents.fencing import SAMPLE_FENCE, new_fence, task_text


def test_a_text_that_is_counted_is_as_long_as_one_that_is_sent() -> None:
    context = [Passage("p", "Customers phone our two salons to book.", "said")]
    counted = task_text({"word": "x"}, context, SAMPLE_FENCE)
    sent = task_text({"word": "x"}, context, new_fence())
    assert len(counted) == len(sent)
    assert estimate_tokens(counted) == estimate_tokens(sent)
