"""A class to be put in front of others."""

KEPT = set()


class Keeping:
    def fire(self, coro):
        task = super().fire(coro)
        KEPT.add(task)
        return task

    def again(self):
        self.task = super().again()
        return self.task
