"""A package that offers a function of one of its modules as its own."""

from .background import go
from .inner.deep import *
