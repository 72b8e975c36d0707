from names import *
from third import *


def main():
    start(work())  # -> dropped wrapper
    run(work())  # -> dropped wrapper
    begin(work())  # -> dropped wrapper
