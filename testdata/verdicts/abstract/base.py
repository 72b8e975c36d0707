from abc import ABC, abstractmethod


class Backend(ABC):
    @abstractmethod
    def spawn(self, coro): ...


class Mixed:
    def spawn(self, coro):
        raise NotImplementedError
