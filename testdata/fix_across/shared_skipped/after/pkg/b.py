# undangle: skip-file
"""Other helpers."""
