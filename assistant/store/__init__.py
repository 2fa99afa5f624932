"""Remembers: tables and one file of queries per noun. Not for rules."""
