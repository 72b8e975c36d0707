from unittest import mock

from app import jobs


def test_start():
    with mock.patch("app.jobs.tasks") as tasks:
        jobs.keep()
    tasks.add.assert_called_once()
