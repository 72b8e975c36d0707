"""Polls, completes a job, and polls again."""

from assistant import jobs, workers

workers.start("conversation", "first", "Is it done?")
workers.start("conversation", "second", "Is it?")
print("poll:", workers.collect("conversation"))

jobs.complete("conversation", "first", "It is done!")
print("poll:", workers.collect("conversation"))

jobs.complete("conversation", "second", "It is!")
print("poll:", workers.collect("conversation"))
print("parents:", jobs.parents())
