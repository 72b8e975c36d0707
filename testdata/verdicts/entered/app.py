"""The same from another file."""

from sessions import Client, Connected, Nested, Opened


async def main():
    async with Client() as session:
        session.subscribe()
    async with Connected() as client:
        client.subscribe()  # -> dropped wrapper
    async with Nested() as client:
        client.subscribe()  # -> dropped wrapper
    with Opened() as opened:
        opened.spawn()  # -> dropped wrapper
