"""A package that hands another's class on."""
