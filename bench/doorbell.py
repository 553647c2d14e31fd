"""What one ring costs the request, with the broker well, refused and black-holed (docs/decisions/0002).

python -m bench.doorbell        median and worst of 20 rings in milliseconds, as one JSON line
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django
from kombu.exceptions import OperationalError

from tests.servers.ports import black_hole, free_port
from tests.servers.redis import redis_server


def _times(ring, rounds: int) -> dict[str, float]:
    took = []
    for pk in range(rounds):
        start = time.perf_counter()
        with contextlib.suppress(OperationalError, OSError):  # a real request would have failed here
            ring(pk)
        took.append((time.perf_counter() - start) * 1000)
    return {"median_ms": round(statistics.median(took), 3), "worst_ms": round(max(took), 3)}


def one_broker() -> None:
    """This will measure in the process whose environment names the broker: Celery keeps its connections."""
    django.setup()
    from celery import current_app

    from people.owed import _Bell

    bell = _Bell()
    doorbell = _times(lambda pk: bell.push("x", pk), 20)
    direct = _times(lambda pk: current_app.send_task("x", [pk]), 3)
    print(json.dumps({"doorbell": doorbell, "direct": direct}), flush=True)
    os._exit(0)  # the thread beside may hang in the black hole


def main() -> None:
    figures = {}
    with redis_server() as well, black_hole() as hole:
        urls = {"well": well, "refused": f"redis://127.0.0.1:{free_port()}/0", "hole": f"redis://127.0.0.1:{hole}/0"}
        for state, url in urls.items():
            environment = os.environ | {"CELERY_BROKER_URL": url}
            answer = subprocess.check_output([sys.executable, "-m", "bench.doorbell", "--one"], env=environment)
            figures[state] = json.loads(answer)
    print(json.dumps(figures))


if __name__ == "__main__":
    one_broker() if "--one" in sys.argv else main()
