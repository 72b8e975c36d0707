import shop


async def work(): ...


shop.launch(work())  # -> dropped wrapper
