"""The eight lessons of C04 as a cheap phone on a bad network sees them: bytes, requests, first paint, ready to touch.

    python -m bench.phone

Chromium at 360 by 640, cold cache, processor slowed four times, 400 kbit/s and 400 ms (bars, "Learner on a phone").
Bytes and requests are facts of the page; the seconds are this machine's and only tell what order they are of.
"""

import json
import statistics
import tempfile
from pathlib import Path

from bench.run import served
from tests.servers.chromium import PHONE, chromium
from tests.servers.installation import Installation, build_template
from tests.servers.ports import free_port

MOST_BYTES, MOST_REQUESTS, MOST_SCRIPT, PAINT, READY = 30 * 1024, 8, 12 * 1024, 3.0, 3.5
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
TIMES = """async () => ({
  paint: (await new Promise(yes => new PerformanceObserver(seen => {
    const [first] = seen.getEntriesByName("first-contentful-paint");
    if (first) yes(first.startTime);
  }).observe({type: "paint", buffered: true}))) / 1000,
  ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd / 1000,
})"""


def plant() -> None:
    """Inside the installation: bench.lesson's learner, who has finished all but the last lesson."""
    import uuid

    from bench import lesson

    lesson.plant()
    from django.utils import timezone

    from courses.models import Enrolment
    from courses.services import finish_lesson

    enrolment = Enrolment.objects.get()
    for each in enrolment.release.lessons[:-1]:
        finish_lesson(
            enrolment=enrolment, lesson_key=uuid.UUID(each["key"]), event_uuid=uuid.uuid4(), recorded_at=timezone.now()
        )


def look(browser, address: str, session: str) -> dict:
    """This will open one page on a cold phone: what came over the network until it was loaded, and when."""
    context = browser.new_context(**PHONE, service_workers="block")
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    kinds: dict[str, str] = {}
    came: dict[str, float] = {}
    line.on("Network.responseReceived", lambda e: kinds.update({e["requestId"]: e["type"]}))
    line.on("Network.loadingFinished", lambda e: came.update({e["requestId"]: e["encodedDataLength"]}))
    answer = page.goto(address, wait_until="load")
    assert answer.status == 200, f"{address}: {answer.status}"
    first = {key: size for key, size in came.items() if kinds.get(key) in ("Document", "Stylesheet", "Script", "Other")}
    seen = {
        **page.evaluate(TIMES),
        "requests": len(first),
        "bytes": sum(first.values()),
        "script": sum(size for key, size in first.items() if kinds[key] == "Script"),
        "images": sum(size for key, size in came.items() if kinds.get(key) == "Image"),
    }
    context.close()
    return seen


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        build_template(folder)
        installation = Installation(folder, DJANGO_SETTINGS_MODULE="config.settings.dev")
        session = json.loads(installation.run("-c", "from bench.phone import plant; plant()").splitlines()[-1])[
            "session"
        ]
        port = free_port()
        with served(installation.environment, port), chromium() as browser:
            seen = []
            for number in range(1, 9):
                one = look(browser, f"http://127.0.0.1:{port}/courses/c04/{number}/", session)
                seen.append(one)
                print(
                    f"lesson {number}: {one['bytes'] / 1024:.1f} KB in {one['requests']} requests, of it script "
                    f"{one['script'] / 1024:.1f} KB; images {one['images'] / 1024:.1f} KB; "
                    f"first paint {one['paint']:.1f} s, ready {one['ready']:.1f} s",
                    flush=True,
                )
        most = {key: max(one[key] for one in seen) for key in seen[0]}
        print(f"medians: first paint {statistics.median(o['paint'] for o in seen):.1f} s")
        for key, bar, unit in (
            ("bytes", MOST_BYTES, 1024),
            ("requests", MOST_REQUESTS, 1),
            ("script", MOST_SCRIPT, 1024),
            ("paint", PAINT, 1),
            ("ready", READY, 1),
        ):
            print(f"most {key} {most[key] / unit:.1f} (bar {bar / unit:g}){'' if most[key] <= bar else ': missed'}")


if __name__ == "__main__":
    main()
