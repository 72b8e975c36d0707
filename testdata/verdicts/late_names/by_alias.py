from names import begin, jobs, run
from third import Background, work


@Background
async def ticking(): ...


def main():
    run(work())  # -> dropped wrapper
    begin(work())  # -> dropped wrapper
    jobs.launch(work())  # -> dropped wrapper
    ticking()  # -> dropped wrapper
