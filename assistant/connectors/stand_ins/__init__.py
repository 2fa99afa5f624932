"""Hosts that cannot run here, played by programs of ours for the demo and for tests: they say what real ones say."""
