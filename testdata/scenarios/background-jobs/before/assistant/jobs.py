"""The jobs that run in the background, by the conversation that they belong to."""

import threading
import time

_JOBS: dict[str, list[dict]] = {}
_LOCK = threading.Lock()


def track(parent_id: str, job_id: str, question: str) -> None:
    """Take note of a job that has been started."""
    with _LOCK:
        _JOBS.setdefault(parent_id, []).append(
            {
                "id": job_id,
                "question": question,
                "status": "running",
                "started": time.monotonic(),
                "answer": None,
            }
        )


def complete(parent_id: str, job_id: str, answer: str) -> None:
    """Take note of a job's answer."""
    with _LOCK:
        for job in _JOBS.get(parent_id, []):
            if job["id"] == job_id:
                job["status"] = "done"
                job["answer"] = answer


def get_results(parent_id: str) -> list[dict]:
    """What has become of a conversation's jobs since the last time."""
    with _LOCK:
        jobs = _JOBS.pop(parent_id, [])
    return [
        {"id": job["id"], "status": job["status"], "answer": job["answer"]}
        for job in jobs
    ]


def parents() -> list[str]:
    """The conversations with jobs."""
    with _LOCK:
        return list(_JOBS)
