"""Where no formatter says how long a line may be, the file does."""

import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

logger = logging.getLogger(__name__)


class Reporter:
    def __init__(self, name, interval_seconds):
        logger.info("The reporter %s starts, and reports each %s seconds.", name, interval_seconds)
        self._name = name

    async def report(self, totals_of_the_day, totals_of_the_week):
        logger.debug("The totals: %s and %s", totals_of_the_day, totals_of_the_week, extra={"a": 1})
        await self._send(totals_of_the_day, totals_of_the_week, importance="low", retries_after=60)

    def start(self, totals_of_the_day, totals_of_the_week):
        task = asyncio.create_task(
            self.report(totals_of_the_day, totals_of_the_week), name="the report"
        )
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        report_task = asyncio.create_task(self.report(totals_of_the_week, totals_of_the_week), name="the other report")
        _background_tasks.add(report_task)
        report_task.add_done_callback(_background_tasks.discard)

    async def _send(self, *totals, importance, retries_after):
        await asyncio.sleep(retries_after)
