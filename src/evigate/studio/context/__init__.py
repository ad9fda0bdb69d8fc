"""The context of an agent: what of a project it is given to read, within how many tokens, and why.

What enters is a request, its budget and the project's material: what was said, what is known,
chosen, answered, specified and uploaded. What leaves is one text, with a line for each piece that
is in it and for each that is not. Always true: the text never takes more than the budget leaves,
the same request over the same material gives the same text, and any change of either is seen.
"""
