"""The package alone names the owner of the function."""

import shop


async def work(): ...


shop.go(work())  # -> dropped wrapper
