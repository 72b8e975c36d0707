"""Bases with and without the method that is looked for."""

import abc
from typing import Generic, TypeVar

from elsewhere import Foreign

T = TypeVar("T")


class Keeping:
    def __init__(self, task):
        self._task = task


class Reading:
    def __init__(self, task):
        print(task)


class Bare:
    def cancel(self):
        raise NotImplementedError


class Abstract(abc.ABC, Generic[T]):
    @abc.abstractmethod
    def cancel(self): ...


class Further(Bare):
    pass


class Imported(Foreign):
    pass
