"""What pages are made of: the template environment, and the geometry behind the drawn parts.

Values enter; markup leaves. Nothing here knows a route, a room or a database; a page's context is
described at the top of its template. Always true: every value is escaped unless it is markup made
here from escaped parts, and no markup carries inline script or style.
"""

from evigate.web.components.environment import make_environment as make_environment
from evigate.web.components.notebook import NotebookCell as NotebookCell
from evigate.web.components.notebook import read_notebook as read_notebook
