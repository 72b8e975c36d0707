"""A package, where the same is said."""
