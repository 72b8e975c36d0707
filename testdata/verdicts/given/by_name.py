"""Functions that are found by their names."""

import jobs


def start(future):
    getattr(jobs, "start_by_name")(future)
    getattr(jobs, "start_by_its_name")(jobs.work())  # -> dropped wrapper
