"""Who may do what with agents: whoever works may run one, an owner says which model it asks.

A job may run an agent, and may not approve what the agent wants to do outside.
"""

from evigate.kernel.access import EVERY_ROLE, OWNER_ONLY, WRITERS, Permission

READ = Permission("agents.read", EVERY_ROLE)
RUN = Permission("agents.run", WRITERS)
APPROVE = Permission("agents.approve", frozenset({"owner", "editor"}))
CHOOSE = Permission("agents.choose", OWNER_ONLY)
PERMISSIONS = (READ, RUN, APPROVE, CHOOSE)
