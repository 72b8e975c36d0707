"""Classes with a mixin before, or after, the base that makes the tasks."""

from mixins.keeping import Keeping
from pkg.bus import Mixed, MixedAfter


class KeepingMixed(Keeping, Mixed):
    pass


class AfterMixed(MixedAfter, Keeping):
    pass
