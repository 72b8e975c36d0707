"""What tests replace, the program does not."""

from bus import Tested


def test_spawn(mock):
    tested = Tested()
    tested.spawn = mock
