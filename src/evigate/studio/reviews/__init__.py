"""Reviews of a specification by several reviewers: what each found, with the words that show it.

What enters is what the reviewers are given of a project, within a budget, and how they work
together. What leaves are findings, each with words of the specification. Always true: a finding
quotes what was read letter by letter; what a person dismissed is not said again; a review that is
interrupted goes on where it stood. A review decides nothing: it blocks no approval.
"""
