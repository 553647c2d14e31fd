"""A signed-in lesson page beside the floor (bench/floor.py), in CPU-ms of the server's processes, database included.

    python -m bench.lesson

One interleaved run on lesson 1 of C04 as the demo has it. Goal: floor / lesson at least 0.8 (performance, G1).
"""

import gzip
import http.client
import json
import tempfile
from pathlib import Path

from bench.run import interleaved, served
from tests.servers.installation import Installation, build_template
from tests.servers.ports import free_port

GOAL = 0.8


def plant() -> None:
    """Inside the installation: C04, one learner with a started lesson; prints her session."""
    import django

    django.setup()
    import uuid

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from courses.demo.content import load_content
    from courses.models import Course
    from courses.services import enrol_learner, record_event
    from people.models import User

    load_content(now=timezone.now())
    learner = User.objects.create(name="田春梅")
    now = timezone.now()
    enrolment = enrol_learner(learner=learner, course=Course.objects.get(code="C04"), enrolled_at=now)
    key = uuid.UUID(enrolment.release.lessons[0]["key"])
    record_event(
        enrolment=enrolment,
        kind="place_reached",
        event_uuid=uuid.uuid4(),
        lesson_key=key,
        data={"block": "a"},
        recorded_at=now,
    )
    session = SessionStore()
    session[SESSION_KEY] = str(learner.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = learner.get_session_auth_hash()
    session.create()
    print(json.dumps({"session": session.session_key}))


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        build_template(folder)
        installation = Installation(folder, DJANGO_SETTINGS_MODULE="bench.settings")
        cookie = json.loads(installation.run("-c", "from bench.lesson import plant; plant()").splitlines()[-1])
        port = free_port()

        def ask(path: str) -> bytes:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path, headers={"Cookie": f"sessionid={cookie['session']}"})
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            assert answer.status == 200, f"{path}: {answer.status}"
            return body

        with served(installation.environment, port) as server:
            paths = {"floor": "/floor/1/", "lesson": "/courses/c04/1/"}
            size = {name: ask(path) for name, path in paths.items()}
            cost = interleaved({name: lambda p=path: ask(p) for name, path in paths.items()}, roots=(server,), rounds=9)
        for name, body in size.items():
            print(f"{name:8} {cost[name]:.2f} CPU-ms, {len(body):,} bytes, {len(gzip.compress(body)):,} compressed")
        ratio = cost["floor"] / cost["lesson"]
        print(f"floor / lesson {ratio:.2f} (goal {GOAL}){'' if ratio >= GOAL else ': missed'}")


if __name__ == "__main__":
    main()
