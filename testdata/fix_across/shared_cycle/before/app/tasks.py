from . import VERSION

NAME = f"app {VERSION}"
