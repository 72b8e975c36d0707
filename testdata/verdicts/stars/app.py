from pkg import *


async def work(): ...


spawn(work())  # -> dropped wrapper
