"""CPU milliseconds a request, of the server's whole process tree and its database, side by side.

    make bench                 every case
    python -m bench.run lesson

Requests per second move with whoever shares the machine; CPU time hardly does. Cases that are compared run in one
interleaved series (A B C, B C A, …), medians over the rounds, and only their ratios are claimed (performance.md).

A case is a module that prints its figures (`python -m bench.lesson`); the helpers below do the rest.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CASES = ("lesson", "phone", "certificate", "doorbell", "search", "dashboard")
TICK = os.sysconf("SC_CLK_TCK")


def tree(*roots: int) -> set[int]:
    """This will find the processes that descend from these, with these."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, todo = set(), list(roots)
    while todo:
        pid = todo.pop()
        found.add(pid)
        todo += children.get(pid, [])
    return found


def cpu_ms(*roots: int) -> float:
    """This will add up user and system time of the trees, dead children included."""
    ticks = 0
    for pid in tree(*roots):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += sum(map(int, fields[11:15]))
    return ticks * 1000 / TICK


def interleaved(
    cases: dict[str, Callable[[], None]], *, roots: tuple[int, ...], rounds: int = 7, times: int = 200, warm: int = 20
) -> dict[str, float]:
    """This will measure each case in every round, the order turned by one each time. Median CPU-ms of one call."""
    for call in cases.values():
        for _ in range(warm):
            call()
    measured: dict[str, list[float]] = {name: [] for name in cases}
    names = list(cases)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            before = cpu_ms(*roots)
            for _ in range(times):
                cases[name]()
            measured[name].append((cpu_ms(*roots) - before) / times)
    return {name: round(statistics.median(values), 3) for name, values in measured.items()}


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[int]:
    """This will serve the site as quickstart does (two processes) and yield the server's process id."""
    from config.processes import Child, stop_all, web_command
    from tests.servers.ports import wait_for_port

    web = Child("web", web_command("127.0.0.1", port), environment)
    try:
        wait_for_port(port, 60)
        time.sleep(1)
        yield web.process.pid
    finally:
        stop_all([web])


def main(wanted: list[str]) -> None:
    for name in wanted or [name for name in CASES if (Path(__file__).parent / f"{name}.py").exists()]:
        print(f"# python -m bench.{name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
