"""The specification: what a planned project comes to, compiled, checked, approved, and carried out.

What enters is a frozen snapshot of a project: what was said, what was chosen and answered, what the
library adds. What leaves is one document of requirements, contracts and tests, its differences from
another, and folders for other tools. Always true: the same snapshot gives the same bytes, a
requirement rests on words that somebody wrote, and what nobody said is an assumption.
"""
