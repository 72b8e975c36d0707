"""Things that all need."""

import logging

from app import base

log = logging.getLogger(__name__)


def say(text):
    base.note(text)
    log.info(text)
