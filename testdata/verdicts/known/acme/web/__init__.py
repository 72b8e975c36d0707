"""Another package in that folder."""
