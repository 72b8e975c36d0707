from __future__ import annotations

# What speaks to the amplifier.
from russound_rio import Russound

from .const import DOMAIN


def on_stop(hass, russ: Russound):
    hass.loop.create_task(russ.close(DOMAIN))
    hass.loop.call_soon(lambda: hass.loop.create_task(russ.close(DOMAIN)))
