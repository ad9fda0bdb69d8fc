"""The portal: what a customer sees of the projects that he or she is engaged in.

What enters is whoever is signed in; what leaves are their engagements and, of one project, its open
question and its open tasks. Always true: a project without an active engagement is not there, and
what may be done with one is what the studio's own verbs allow.
"""
