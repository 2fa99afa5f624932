"""Tells other screens and nodes that something changed. Carries signals, never state."""
