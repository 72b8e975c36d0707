"""Other helpers."""
