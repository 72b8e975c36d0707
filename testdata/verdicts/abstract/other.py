from base import Mixed


class MixedSync(Mixed):
    def spawn(self, coro):
        self.queue.append(coro)
