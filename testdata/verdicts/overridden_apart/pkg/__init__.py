"""Passes a class on."""

from .bus import App, Bus, Plain
