"""The one that is meant."""
