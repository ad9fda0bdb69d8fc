"""The command line: parse, call a verb, render. It does nothing the API cannot.

What enters is `evigate …`; what leaves is text for a person, or with `--json` values for a program,
and an exit code by kind of error.
"""
