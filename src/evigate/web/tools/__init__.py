"""The API as tools of the Model Context Protocol: what coding agents list and call."""

from evigate.web.tools.endpoint import MCP_PATH, ToolsEndpoint

__all__ = ["MCP_PATH", "ToolsEndpoint"]
