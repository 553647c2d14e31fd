"""This will bring the whole product up on one machine, and end it whole."""

import errno
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from certificates.pdf import fonts_folder, prepare_fonts
from certificates.pdf.fonts import is_prepared
from config.doctor import examine
from config.processes import SWEEP, WORKER, Child, celery_command, stop_all, web_command
from people.models import Region, User

from .doctor import write_finding

SECONDS_TO_ANSWER = 60


class Stop(Exception):
    """A signal asked us to end."""


class Command(BaseCommand):
    help = "一条命令启动整个平台 · Start everything with one command"
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="0.0.0.0", help="127.0.0.1: only this machine")  # noqa: S104
        parser.add_argument("--no-demo", action="store_true", help="不装演示数据 · without the demo")

    def handle(self, *args, port: int, host: str, no_demo: bool, **options) -> None:
        children: list[Child] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_stop)
        try:
            self._refuse_a_taken_port(host, port)
            self._examine()
            self._prepare(no_demo)
            environment = self._environment(host, port)
            children.append(Child("web", web_command(host, port), environment))
            self._wait_until_it_answers(children[0], port)
            children.append(Child("worker", celery_command(*WORKER), environment))
            children.append(Child("sweep", celery_command(*SWEEP), environment))
            self._greet(environment["SITE_URL"], port)
            self._watch(*children)
        except Stop:
            self._say("\n正在停下… · Stopping…")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave a process behind
            stop_all(children)
        self._say("已停下，数据都在。 · Stopped; the data stays.")

    def _refuse_a_taken_port(self, host: str, port: int) -> None:
        if _is_free(host, port):
            return
        other = next((p for p in range(port + 1, port + 100) if _is_free(host, p)), port + 100)
        raise CommandError(
            f"端口 {port} 已被占用。换一个：\nPort {port} is taken. Use another:\n\n"
            f"    {sys.executable} manage.py quickstart --port {other}"
        )

    def _examine(self) -> None:
        for finding in examine():
            if finding.is_well or finding.quickstart_mends:
                continue
            write_finding(self._say, finding)
            if finding.stops:
                raise CommandError("先补上这一项，再启动。 · Mend this first, then start.")

    def _prepare(self, no_demo: bool) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("建立数据库… · Building the database…")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        if not is_prepared(fonts_folder()):
            self._say("准备证书字体，只在第一次… · Preparing the certificate's fonts, this once…")
            prepare_fonts(fonts_folder())
        if not Region.objects.exists():
            self._say("装入全国地区，只在第一次… · Loading the regions, this once…")
            call_command("load_regions", verbosity=0)
        if not no_demo and "demo" in get_commands() and not User.objects.exists():
            self._say("装入演示数据，只在第一次… · Loading the demo, this once…")
            call_command("demo")

    def _environment(self, host: str, port: int) -> dict[str, str]:
        """The address printed into QR codes is the one that a phone beside this machine can open."""
        name = lan_address() if host == "0.0.0.0" else host  # noqa: S104
        site = os.environ.get("SITE_URL") or f"http://{name or 'localhost'}:{port}"
        module = os.environ["DJANGO_SETTINGS_MODULE"]
        return os.environ | {"SITE_URL": site, "DJANGO_SETTINGS_MODULE": module, "PYTHONUNBUFFERED": "1"}

    def _wait_until_it_answers(self, web: Child, port: int) -> None:
        until = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < until:
            if web.has_ended():
                raise CommandError("网站没有启动成功，原因见上。 · The site did not start; the reason stands above.")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5):
                    return
            except urllib.error.HTTPError as answer:
                if answer.code < 500 or answer.code == 501:
                    return
                raise CommandError(f"网站回答 {answer.code}，原因见上。 · The site answers {answer.code}.") from answer
            except OSError:
                time.sleep(0.1)
        raise CommandError("网站一分钟没有回应。 · The site did not answer for a minute.")

    def _greet(self, site: str, port: int) -> None:
        self._say(f"\n青苗已启动 · Qingmiao is up\n\n  本机 · here         http://localhost:{port}/")
        if not site.startswith("http://localhost"):
            self._say(f"  手机 · phones       {site}/")
        logins = settings.DATA_DIR / "demo-logins.json"
        if settings.DEMO and logins.exists():
            self._say("\n  演示账号 · demo logins")
            for login in json.loads(logins.read_text("utf-8")):
                self._say(f"    {login['who']}  {login['login']}  {login['password']}")
        self._say("\n按 Ctrl-C 停下 · Ctrl-C stops\n")

    def _watch(self, web: Child, *helpers: Child) -> None:
        while True:
            time.sleep(0.5)
            if web.has_ended():
                raise CommandError("网站停了，原因见上。 · The site ended; the reason stands above.")
            for helper in helpers:
                if helper.has_ended():
                    self._say(f"后台进程停了，重新启动… · The {helper.name} ended; starting it again…")
                    time.sleep(1)
                    helper.restart()

    def _say(self, words: str) -> None:
        """A closed terminal must not keep us from ending what we started."""
        try:
            self.stdout.write(words)
            self.stdout.flush()
        except OSError as closed:
            if closed.errno not in (errno.EIO, errno.EPIPE):
                raise


def lan_address() -> str:
    """This will ask the kernel which of our addresses faces the network; connecting UDP sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))
            return s.getsockname()[0]
        except OSError:
            return ""


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((host, port))
        except OSError:
            return False
        return True


def _raise_stop(number, frame) -> None:
    raise Stop
