from names import app
from third import work


def main():
    app.go(work())  # -> dropped wrapper
    app.pool.launch(work())  # -> dropped wrapper
