"""What the machine must have, and the command that mends what it lacks. `manage.py doctor` prints it.

Both languages stand side by side: this is read on a server's console, before anybody has chosen one.
"""

import ctypes
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from certificates.pdf import fonts_folder
from certificates.pdf.doctor import LIBRARIES
from certificates.pdf.fonts import HANAZONO, RARE
from search.stores import Away, NotBuilt, is_elastic

APT = "sudo apt-get install -y --no-install-recommends"
LEAST_FREE_MB = 500
PATIENCE = 2  # seconds for a server that may never answer


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's: what was looked at, whether it is well, and how to mend it if not."""

    zh: str
    en: str
    is_well: bool = True
    mend: str = ""
    stops: bool = False  # nothing runs without it; the others only take something away
    is_optional: bool = False  # worth saying, not worth an exit code
    quickstart_mends: bool = False  # not worth saying there


def examine() -> Iterator[Finding]:
    """This will look at everything in the order a start needs it."""
    yield python()
    yield from libraries()
    yield from fonts()
    yield from database()
    yield shared_cache()
    yield broker()
    yield search_store()
    yield disk()
    yield clock()


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    name = ".".join(map(str, version))
    if version >= (3, 11):
        return Finding(f"Python {name}", f"Python {name}")
    return Finding(
        f"Python {name} 太旧，需要 3.11",
        f"Python {name} is too old, 3.11 is needed",
        is_well=False,
        mend=f"{APT} python3.11 python3.11-venv",
        stops=True,
    )


def loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def libraries(loads: Callable[[str], bool] = loads) -> Iterator[Finding]:
    """Pango lays the certificate out. HarfBuzz's subsetter is not pulled in by it, and its lack only makes slow."""
    has = {package: any(map(loads, names)) for package, names in LIBRARIES.items()}
    subset = has.pop("libharfbuzz-subset0")
    pango = all(has.values())
    mend = f"{APT} {' '.join(LIBRARIES)}"
    if pango:
        yield Finding("Pango：能排证书", "Pango: certificates can be laid out")
    else:
        yield Finding(
            "没有 Pango：证书先以网页显示，PDF 记在账上，装好后自动补做",
            "no Pango: certificates are web pages for now; their PDFs are owed and made once it is there",
            is_well=False,
            mend=mend,
        )
    if subset:
        yield Finding("libharfbuzz-subset：证书做得快", "libharfbuzz-subset: certificates are fast")
    elif pango:
        yield Finding(
            "没有 libharfbuzz-subset：一张证书要 7 秒，而不是十分之一秒",
            "no libharfbuzz-subset: a certificate takes 7 seconds instead of a tenth",
            is_well=False,
            mend=mend,
        )


def fonts() -> Iterator[Finding]:
    if find_spec("pylopdf_fonts_zh_cn"):
        yield Finding("证书字体", "the certificate's fonts")
    else:
        yield Finding(
            "没有证书字体",
            "the certificate's fonts are not installed",
            is_well=False,
            mend=f"{sys.executable} -m pip install -r requirements.lock",
        )
    if HANAZONO.exists() or (fonts_folder() / RARE).exists():
        yield Finding("花园明朝：生僻姓名字", "Hanazono: rare characters of names")
    else:
        yield Finding(
            "没有花园明朝字体：少数生僻姓名字印不出来，发证前会指出是哪个字",
            "no Hanazono: a few rare characters of names cannot be printed; they are named before issue",
            is_well=False,
            mend=f"{APT} fonts-hanazono",
            is_optional=True,
        )


def database() -> Iterator[Finding]:
    kind = connection.settings_dict["ENGINE"].rsplit(".", 1)[-1]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        planned = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    except (DatabaseError, ImproperlyConfigured) as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        where = "DATABASE_URL" if kind == "postgresql" else f"chmod u+rwX {settings.DATA_DIR}"
        yield Finding(
            f"数据库打不开（{kind}）：{said}",
            f"the database ({kind}) does not open: {said}",
            is_well=False,
            mend="sudo service postgresql start    # DATABASE_URL" if kind == "postgresql" else where,
            stops=True,
        )
        return
    yield Finding(f"数据库：{kind}", f"database: {kind}")
    if planned:
        yield Finding(
            f"数据库还差 {len(planned)} 步迁移",
            f"the database wants {len(planned)} migrations",
            is_well=False,
            mend=f"{sys.executable} manage.py migrate",
            quickstart_mends=True,
        )


def shared_cache() -> Finding:
    """Rate limits count in it: each process alone would let the wrong password through as often as it has processes."""
    if "locmem" in settings.CACHES["default"]["BACKEND"] or "dummy" in settings.CACHES["default"]["BACKEND"]:
        return Finding(
            "缓存只在本进程里：登录次数限制不起作用",
            "the cache is each process's own: sign-in limits do not hold",
            is_well=False,
            mend="REDIS_URL=redis://127.0.0.1:6379/0",
        )
    try:
        cache.set("doctor", "well", 10)
        is_well = cache.get("doctor") == "well"
        said = "" if is_well else "forgot at once"
    except (OSError, DatabaseError) as error:
        is_well, said = False, str(error).splitlines()[0]
    except Exception as error:  # Django wraps no error of the Redis client: its base class is the client's own
        if type(error).__module__.split(".")[0] != "redis":
            raise
        is_well, said = False, str(error)
    if is_well:
        return Finding("缓存：各进程共用", "cache: shared by all processes")
    in_database = "db.Database" in settings.CACHES["default"]["BACKEND"]
    return Finding(
        f"缓存用不了：{said}",
        f"the cache does not answer: {said}",
        is_well=False,
        mend=f"{sys.executable} manage.py createcachetable" if in_database else "sudo service redis-server start",
        quickstart_mends=in_database,
    )


def broker() -> Finding:
    url = urlsplit(settings.CELERY_BROKER_URL)
    if url.scheme == "filesystem":
        return Finding(
            "后台任务：用本机文件夹传铃，快速启动自带后台进程",
            "deferred work: rings through a folder; quickstart brings its own worker",
        )
    if _answers(url.hostname or "127.0.0.1", url.port or {"redis": 6379, "amqp": 5672}.get(url.scheme, 0)):
        return Finding(f"后台任务：{url.scheme}", f"deferred work: {url.scheme}")
    return Finding(
        f"消息中间件没有回应（{url.hostname}:{url.port}）：证书和消息会晚到，不会丢",
        f"the broker at {url.hostname}:{url.port} does not answer: PDFs and messages come late, none is lost",
        is_well=False,
        mend="sudo service redis-server start    # CELERY_BROKER_URL",
    )


def search_store() -> Finding:
    """Asks the store that readers are answered from. Without it they are answered all the same, by the database."""
    if not is_elastic():
        return Finding("搜索：用数据库", "search: the database's own")
    from search import elastic  # its client is heavy, and most installations have none

    try:
        held = elastic.health()
    except NotBuilt:
        return Finding(
            "Elasticsearch 里还没有索引：搜索先用数据库",
            "Elasticsearch has no index yet: search falls back to the database",
            is_well=False,
            mend=f"{sys.executable} manage.py search_rebuild",
        )
    except Away as away:
        return Finding(
            f"Elasticsearch 没有回应：搜索先用数据库（{away}）",
            f"Elasticsearch does not answer: search falls back to the database ({away})",
            is_well=False,
            mend="sudo service elasticsearch start    # ELASTICSEARCH_URL",
        )
    return Finding(f"搜索：Elasticsearch，{held} 页", f"search: Elasticsearch, {held} pages")


def disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
    if free < LEAST_FREE_MB:
        return Finding(
            f"磁盘只剩 {free} MB，至少要 {LEAST_FREE_MB} MB",
            f"{free} MB of disk left, {LEAST_FREE_MB} MB are needed",
            is_well=False,
            mend=f"df -h {settings.DATA_DIR}; du -xh {settings.DATA_DIR} | sort -h | tail",
            stops=free < 50,
        )
    if not os.access(settings.DATA_DIR, os.W_OK):
        return Finding(
            f"写不进数据文件夹 {settings.DATA_DIR}",
            f"the data folder {settings.DATA_DIR} cannot be written",
            is_well=False,
            mend=f"sudo chown -R $(id -un) {settings.DATA_DIR}",
            stops=True,
        )
    return Finding(f"磁盘：还有 {free} MB", f"disk: {free} MB left")


def clock(now: float | None = None) -> Finding:
    """A clock that runs before our own newest file is wrong, and certificates would carry its date."""
    now = time.time() if now is None else now
    newest = max(path.stat().st_mtime for path in Path(__file__).parent.glob("*.py"))
    said = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
    if now + 24 * 3600 < newest:
        return Finding(
            f"时钟不对：{said}，证书上的日期会错",
            f"the clock is wrong: {said}; certificates would carry it",
            is_well=False,
            mend="sudo timedatectl set-ntp true",
        )
    return Finding(f"时钟：{said}", f"clock: {said}")


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except OSError:
        return False
    return True
