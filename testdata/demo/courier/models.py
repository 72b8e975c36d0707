"""What is sent, and to whom."""

from dataclasses import dataclass, field
from time import time


@dataclass(frozen=True)
class Message:
    recipient: str
    text: str
    created: float = field(default_factory=time)


@dataclass(frozen=True)
class Receipt:
    message: Message
    channel: str
    delivered: bool
