"""A service beside the chat: rules decide, the store remembers, the bus tells, services do, web and connectors talk."""

__version__ = "0.1.0"
