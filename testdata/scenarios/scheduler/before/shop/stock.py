"""What is in stock."""


async def refresh_stock() -> None:
    """Ask the warehouse what it has."""
