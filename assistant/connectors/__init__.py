"""Platforms that send us events: payload in, inbound events out. Not for people in a browser."""
