from .m0 import *
from .m0 import __all__ as _m0

__all__ = [*_m0]
