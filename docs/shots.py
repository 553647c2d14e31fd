"""The README's pictures, taken from the demo: a data folder of its own, the real server, Debian's Chromium.

make shots
"""

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config.processes import Child, stop_all, web_command
from tests.servers.chromium import DESK, PHONE, chromium
from tests.servers.installation import Installation, build_template
from tests.servers.ports import free_port, wait_for_port

SHOTS = {  # picture: visitor, address, screen
    "lesson": ("studying", "lesson", PHONE),
    "officer": ("staff", "reports:people", DESK),
    "certificate": ("certified", "certificate", PHONE),
}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="qingmiao-shots-") as scratch:
        folder = Path(scratch) / "data"
        build_template(folder)
        demo = Installation(folder)
        demo.run("-m", "certificates.pdf.fonts", str(folder / "certificate-fonts"))
        demo.run("manage.py", "load_regions")
        demo.run("manage.py", "demo", "--learners", "150")
        world = json.loads(demo.run("-m", "tests.pages.world").splitlines()[-1])
        port = free_port()
        web = Child("web", web_command("127.0.0.1", port), demo.environment)
        try:
            wait_for_port(port, 60)
            _take(f"http://127.0.0.1:{port}", world)
        finally:
            stop_all([web])


def _take(address: str, world: dict) -> None:
    with chromium() as browser:
        for picture, (visitor, name, screen) in SHOTS.items():
            context = browser.new_context(**screen)
            context.add_cookies([{"name": "sessionid", "value": world[visitor]["cookie"], "url": address}])
            page = context.new_page()
            page.goto(address + world[visitor]["paths"][name], wait_until="load")
            page.screenshot(path=ROOT / "docs" / f"{picture}.png")
            context.close()


if __name__ == "__main__":
    main()
