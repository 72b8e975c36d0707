import shop as market


async def work(): ...


market.go(work())  # -> dropped wrapper
