"""The doorbell: this will tell a worker, after the commit, that a row owes something (docs/decisions/0002).

A ring is a courtesy and never a promise: the promise is the row. Ringing costs the request a queue entry in its own
memory; a thread beside it talks to the broker, and when the broker is away it drops the ring and lets
`config.tasks.ring_what_is_due` ring again. Nothing here can delay or fail a request.
"""

import logging
import os
import threading
from queue import Empty, SimpleQueue

from celery import Task, current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from people.models import Owed

logger = logging.getLogger(__name__)

MOST_RINGS_WAITING = 1000  # past that the sweep rings; a minute late is better than memory without end


def ring(task: Task | str, pk: int) -> None:
    """This will ring for one row once its transaction is committed. Call it where the row is created."""
    name = task if isinstance(task, str) else task.name
    transaction.on_commit(lambda: _bell.push(name, pk), robust=True)


def owed_models() -> list[type[Owed]]:
    """This will list every kind of owed row: each names the task that pays it (`task = "app.tasks.verb"`)."""
    found, todo = [], [Owed]
    while todo:
        model = todo.pop()
        todo += model.__subclasses__()
        if not model._meta.abstract:
            found.append(model)
    return sorted(found, key=lambda model: model._meta.label)


class _Bell:
    """One thread in each process that hands rings to the broker, born with the first ring (gunicorn forks before)."""

    def __init__(self) -> None:
        self._born = threading.Lock()
        self._pid = 0
        self._waiting: SimpleQueue[tuple[str, int]] = SimpleQueue()

    def push(self, name: str, pk: int) -> None:
        with self._born:
            if self._pid != os.getpid():
                self._pid, self._waiting = os.getpid(), SimpleQueue()
                threading.Thread(target=self._carry, args=[self._waiting], daemon=True, name="doorbell").start()
        if self._waiting.qsize() < MOST_RINGS_WAITING:
            self._waiting.put((name, pk))

    def _carry(self, waiting: SimpleQueue[tuple[str, int]]) -> None:
        while True:
            name, pk = waiting.get()
            try:
                current_app.send_task(name, [pk])
            except (OperationalError, OSError) as away:
                logger.warning("broker away, the sweep will ring for %s %s: %s", name, pk, away)
                self._forget(waiting)

    @staticmethod
    def _forget(waiting: SimpleQueue[tuple[str, int]]) -> None:
        """Each ring would wait out the same time-out; their rows are due, so the sweep finds them."""
        try:
            while True:
                waiting.get_nowait()
        except Empty:
            return


_bell = _Bell()
