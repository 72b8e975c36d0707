from __future__ import annotations
from russound_rio import Russound


def on_stop(hass, russ: Russound):
    hass.loop.create_task(russ.close())
