"""Another one, beside a script."""
