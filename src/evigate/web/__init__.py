"""The web: the house as an ASGI application. Middleware, routes and the shell; no rules.

What enters is HTTP; what leaves is JSON, pages and live streams. Always true: every route but the
few open ones takes its caller from the doors, and every failure has the one error shape.
"""

from evigate.web.app import create_app

__all__ = ["create_app"]
