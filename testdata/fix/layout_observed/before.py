"""Where no formatter says how long a line may be, the file does."""

import asyncio
import logging

logger = logging.getLogger(__name__)


class Reporter:
    def __init__(self, name, interval_seconds):
        logger.info("The reporter %s starts, and reports each %s seconds.", name, interval_seconds)
        self._name = name

    async def report(self, totals_of_the_day, totals_of_the_week):
        logger.debug("The totals: %s and %s", totals_of_the_day, totals_of_the_week, extra={"a": 1})
        await self._send(totals_of_the_day, totals_of_the_week, importance="low", retries_after=60)

    def start(self, totals_of_the_day, totals_of_the_week):
        asyncio.create_task(self.report(totals_of_the_day, totals_of_the_week), name="the report")
        asyncio.create_task(self.report(totals_of_the_week, totals_of_the_week), name="the other report")

    async def _send(self, *totals, importance, retries_after):
        await asyncio.sleep(retries_after)
