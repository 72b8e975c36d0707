"""The ways in which a message reaches somebody. Every task here is waited for."""

import asyncio

from .models import Message, Receipt

TIMEOUT = 10.0


async def send_mail(message: Message) -> Receipt:
    await asyncio.sleep(0.1)
    return Receipt(message, "mail", delivered=True)


async def send_push(message: Message) -> Receipt:
    await asyncio.sleep(0.1)
    return Receipt(message, "push", delivered=True)


async def send_everywhere(message: Message) -> list[Receipt]:
    async with asyncio.TaskGroup() as group:
        mail = group.create_task(send_mail(message))
        push = group.create_task(send_push(message))
    return [mail.result(), push.result()]


async def send_first(message: Message) -> Receipt:
    tasks = [
        asyncio.create_task(send_mail(message)),
        asyncio.create_task(send_push(message)),
    ]
    done, pending = await asyncio.wait(
        tasks, timeout=TIMEOUT, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    return done.pop().result()


async def send_all(messages: list[Message]) -> list[Receipt]:
    sent = await asyncio.gather(*(send_mail(message) for message in messages))
    return list(sent)
