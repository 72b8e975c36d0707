from app.mixins import Base, Called, Starts, Stops


class Client(Starts, Stops):
    def __init__(self):
        self.ready = True


class Forgets(Base):
    def __init__(self):
        self.name = "forgets"


class Calls(Called):
    def __init__(self):
        super().__init__()
        self.more = True
