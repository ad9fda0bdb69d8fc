"""Building unattended: a paragraph walks the whole journey without a person beside it.

What enters: a paragraph and the name of a kit. What leaves: a project, a specification and a bundle
whose own tests were run. Always true: nothing is invented. What was read is kept, what nobody said
is left open with the reason "unattended", and what is a person's to approve stays a draft unless
the person who runs it says that they approve.
"""
