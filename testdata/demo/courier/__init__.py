"""A small notification service."""
