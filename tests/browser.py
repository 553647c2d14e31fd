"""A site that can be taken away and brought back, and a phone that looks at it. For tests of what survives."""

import time

from config.management.commands.quickstart import web_command
from config.processes import Child, stop_all
from tests.servers.installation import Installation
from tests.servers.ports import free_port, wait_for_port

PASSWORD = "qingmiao-2026"  # of the whole demo


class Site:
    """One installation behind gunicorn on one port. `die` is a dead network to whoever looks: nobody answers."""

    def __init__(self, installation: Installation) -> None:
        self.installation, self.port = installation, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.web: Child | None = None

    def live(self) -> None:
        self.web = Child("web", web_command("127.0.0.1", self.port), self.installation.environment)
        wait_for_port(self.port, 60)

    def die(self) -> None:
        if self.web:
            stop_all([self.web])
            self.web = None

    def ask(self, sql: str) -> list[tuple]:
        return self.installation.ask(sql)

    def wait_until(self, sql: str, expected, seconds: float = 15) -> None:
        """This will wait for a query to answer, or fail with what it said last."""
        until = time.monotonic() + seconds
        while (found := self.ask(sql)) != expected:
            assert time.monotonic() < until, f"{sql}: {found}, not {expected}"
            time.sleep(0.1)


def sign_in(context, site: Site, session: str) -> None:
    context.add_cookies([{"name": "sessionid", "value": session, "url": site.address}])


def enter(page, site: Site, login: str) -> None:
    """Somebody of the demo signs in with her password, through the door that everybody uses."""
    page.goto(f"{site.address}/accounts/login/")
    page.locator("summary", has_text="用密码登录").click()
    page.locator("input[name=who]").fill(login)
    page.locator("input[name=pw]").fill(PASSWORD)
    page.locator("form:has(input[name=pw]) button").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
