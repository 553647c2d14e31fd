"""Processes that end with us, however we end: a signal, a closed terminal, kill -9."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PATIENCE = 12  # seconds to finish what is in hand


WORKER = ["worker", "--concurrency=1", "--queues=qingmiao,paper", "--without-gossip", "--without-mingle"]
SWEEP = ["beat", "--pidfile="]


class Child:
    """One command in a process group of its own, so that all it started can be ended with it."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_us,
        )

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def restart(self) -> None:
        """This will end what the dead one left behind and start anew. Its owed rows come due by themselves."""
        self._signal(signal.SIGKILL)
        self.start()

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM, group=False)

    def stop(self, until: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: int, group: bool = True) -> None:
        try:
            if group:
                os.killpg(self.process.pid, number)
            else:
                os.kill(self.process.pid, number)
        except ProcessLookupError:
            return


def stop_all(children: list[Child]) -> None:
    """This will ask all at once, wait for each, and end whatever is still there."""
    for child in children:
        child.ask_to_stop()
    until = time.monotonic() + PATIENCE
    for child in children:
        child.stop(until)


def _die_with_us() -> None:
    """Between fork and exec: Linux sends the child SIGTERM when its parent is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web_command(host: str, port: int) -> list[str]:
    # Threads: a browser opens connections that it does not use, and each would hold a process without them.
    options = "--preload --workers 2 --worker-class gthread --threads 4 --log-level warning --graceful-timeout 5"
    return [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{host}:{port}", *options.split()]


def celery_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "-A", "config", *words, "--loglevel", "WARNING"]
