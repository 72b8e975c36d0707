"""Other names of the last wrapper."""

import third
from third import POOL as jobs
from third import start as begin

run = third.start


class App:
    def __init__(self):
        self.go = third.start
        self.pool = jobs


app = App()
