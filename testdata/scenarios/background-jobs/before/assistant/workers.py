"""Starts background workers and collects what they found."""

import threading

from assistant import jobs


def _answer(question: str) -> str:
    return question.removesuffix("?") + "!"


def _work(parent_id: str, job_id: str, question: str) -> str:
    return _answer(question)


def start(parent_id: str, job_id: str, question: str) -> None:
    jobs.track(parent_id, job_id, question)
    thread = threading.Thread(
        target=_work, args=(parent_id, job_id, question), daemon=True
    )
    thread.start()


def collect(parent_id: str) -> dict[str, str]:
    answers = {}
    for result in jobs.get_results(parent_id):
        if result["status"] == "done":
            answers[result["id"]] = result["answer"]
    return answers
