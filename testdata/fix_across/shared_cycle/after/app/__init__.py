"""Imports what drops a task before it has all that its own modules ask it for."""

from app import core

VERSION = "1"
