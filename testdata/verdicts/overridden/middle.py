"""A class between two others."""

from bus import Deep


class Middle(Deep):
    pass
