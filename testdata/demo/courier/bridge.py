"""Takes messages from an MQTT broker, whose client calls back in a thread of its own."""

import asyncio
import json

import paho.mqtt.client as mqtt

from .channels import send_everywhere
from .models import Message


class Bridge:
    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.client = mqtt.Client()
        self.client.on_message = self.on_message

    def on_message(self, client, userdata, packet) -> None:
        fields = json.loads(packet.payload)
        message = Message(fields["recipient"], fields["text"])
        asyncio.run_coroutine_threadsafe(send_everywhere(message), self.loop)

    def flush(self, timeout: float = 5.0) -> None:
        waiting = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self.loop)
        waiting.result(timeout)
