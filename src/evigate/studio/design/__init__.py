"""The looks of a project: boards to choose from, and the design system that a choice compiles to.

What enters is a board and, if somebody wants it, a colour of their own. What leaves are tokens, CSS
variables and the contrast of each pair of colours that is read. Always true: nothing is kept whose
text could not be read by WCAG 2.2 at level AA.
"""
