from base import Tool


class Sub(Tool):
    def __init__(self):
        self.name = "sub"
