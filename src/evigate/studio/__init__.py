"""Studio: from one paragraph to what is to be built, every line resting on something said.

What enters is what people write; what leaves are claims with literal quotes, needs that are
answered, deferred or waived, and tasks for what is still open. Always true: no claim without words
somebody wrote; what was refused is never a requirement; every change is an event, and the events
alone rebuild what stands.
"""
