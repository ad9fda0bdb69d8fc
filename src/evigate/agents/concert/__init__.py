"""Several agents at one piece of work: in turn, side by side, by parts under leads, or in debate.

What enters is a strategy, who takes part, what they read and how much they may use. What leaves is
what each of them said, in an order that the strategy alone decides. Always true: a step that is
done is never done again, whoever dies meanwhile; no step begins without its tokens set aside; the
same work by the built-in agents comes to the same result, however often it was interrupted.
"""
