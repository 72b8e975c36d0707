"""Calls that only look like asyncio's."""

import asyncio

import trio
import uasyncio
from orm import Session
from rest import Client


class Board:
    def create_task(self, title):
        return self.post("/tasks", title)

    def ensure_future(self, value):
        return value

    def post(self, path, title):
        return (path, title)

    def add(self):
        self.create_task("write")
        self.ensure_future("later")


def create_task(title):
    return title


def other_people(session: Session):
    create_task("read")
    Client().create_task("read")
    session.create_task("read")
    board = Board()
    board.create_task("read")
    uasyncio.create_task(board.add())


async def nursery():
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asyncio.sleep, 1)


async def in_an_executor():
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, print, "kept by the executor")
