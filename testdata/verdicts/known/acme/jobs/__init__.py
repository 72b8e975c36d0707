"""A package in a folder that is none itself (PEP 420)."""
