"""The engine's doors: the same verbs over Arrow Flight and over HTTP.

What enters is a verb's name and its arguments, with a token; what leaves is what the verb answers,
or the very error that it raised. Always true: every door is made from the list of verbs; a call
learns for whom it acts from its own token and shares that with no other call; every queue, message
and wait has a limit with a code.
"""
