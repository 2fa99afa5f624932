"""A service beside the chat: who the buyer is, what to say now, what to come back to, and what happened.

Rules decide, the store remembers, the bus tells, services do, web and connectors talk, app wires, cli starts.
"""

__version__ = "0.1.0"
