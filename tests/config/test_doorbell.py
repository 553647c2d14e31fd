"""The doorbell never delays or fails a request, and the sweep rings for what it forgot."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import Message
from people.owed import owed_models
from tests.servers.ports import black_hole, free_port

# In a process of its own, for Celery keeps the broker that it met first.
RING_TWENTY_TIMES = """
import time, django
django.setup()
from django.db import transaction
from people.owed import ring
start = time.perf_counter()
for pk in range(20):
    ring("people.tasks.deliver_message", pk)
print((time.perf_counter() - start) * 1000)
import os; os.sys.stdout.flush(); os._exit(0)
"""
RING_DIRECTLY_ONCE = """
import time, django
django.setup()
from celery import current_app
start = time.perf_counter()
try:
    current_app.send_task("people.tasks.deliver_message", [1])
except Exception as error:
    print(f"{(time.perf_counter() - start) * 1000} {type(error).__name__}")
"""


def _run(script: str, broker: str) -> str:
    environment = os.environ | {"CELERY_BROKER_URL": broker, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True, timeout=60
    ).stdout


@pytest.mark.servers
@pytest.mark.parametrize("state", ["refused", "accepts and never answers"])
def test_a_ring_costs_the_request_nothing_when_the_broker_is_away(state):
    with black_hole() as hole:
        port = hole if state != "refused" else free_port()

        milliseconds = float(_run(RING_TWENTY_TIMES, f"redis://127.0.0.1:{port}/0"))

    assert milliseconds < 100


@pytest.mark.servers
def test_twin_a_direct_ring_waits_and_fails_when_the_broker_never_answers():
    with black_hole() as hole:
        milliseconds, error = _run(RING_DIRECTLY_ONCE, f"redis://127.0.0.1:{hole}/0").split()

    assert float(milliseconds) > 1000
    assert error in {"OperationalError", "TimeoutError"}


def test_every_kind_of_owed_row_names_a_task_that_exists():
    from config.celery import app

    app.loader.import_default_modules()

    named = {model.task for model in owed_models()}

    assert len(named) >= 3
    assert named - set(app.tasks) == set()


@pytest.mark.django_db
def test_a_row_is_due_until_somebody_has_its_lease_and_again_when_the_lease_has_run_out(settings):
    now = timezone.now()
    message = Message.objects.create(channel="app", kind="reminder", body="学习", created_at=now, due_at=now)

    first, second = Message.objects.claim(message.pk, now), Message.objects.claim(message.pk, now)

    assert (first, second) == (True, False)
    assert not Message.objects.due(now + settings.OWED_LEASE - timedelta(seconds=1)).exists()
    assert Message.objects.due(now + settings.OWED_LEASE).get() == message
