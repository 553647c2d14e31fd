"""How long a reader's search takes at 5,000 pages, on each store side by side: milliseconds, median and p95.

    python -m bench.search [PAGES]

One process for each database, Elasticsearch beside it over the same pages: the same questions in turn to each store,
through search.service.find, the pages' words and snippets included. The totals of the stores are compared as well.
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.elastic import elasticsearch_node, fetch_jars
from tests.servers.postgres import postgres_server

PAGES = 5000
ROUNDS = 8
ROOT = Path(__file__).parents[1]
QUESTIONS = (
    *("留守儿童", "强制报告", "监护", "孩子", "学校", "家", "水", "疑", "12355", "C04", "110", "ＱＱ", "不存在的词"),
    *(
        "委托照护",
        "保密",
        "村里 学校",
        "公安机关",
        "烫伤",
        "记录时间",
        "怀疑就够了",
        "监护人 外出",
        "心理",
        "法",
        "儿童主任",
    ),
)


def sentences() -> list[str]:
    """This will cut the demo's own lessons and pages into sentences."""
    files = sorted([*ROOT.glob("content/demo/pages/*.zh.md"), *ROOT.glob("courses/demo/c*/*.zh.md")])
    text = "".join(file.read_text("utf-8") for file in files)
    return [sentence for part in re.split(r"[。！？\n]", text) if 8 <= len(sentence := part.strip("#*-> ")) <= 80]


def plant(number: int) -> None:
    """This will write pages of some 1,000 characters straight into their two tables: adding them one by one is slow."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from django.utils import timezone
    from wagtail.models import Locale, Page

    from content.models import InfoPage
    from tests.factories.content import home_page

    home, dice, cut = home_page(), random.Random(4), sentences()
    kind = ContentType.objects.get_for_model(InfoPage)
    locale = Locale.objects.get(language_code="zh-hans")
    now, pages, words = timezone.now(), [], []
    steps = home.get_children().count()
    for n in range(number):
        title = dice.choice(cut)[:30]
        pages.append(
            Page(
                title=title,
                draft_title=title,
                slug=f"bench-{n}",
                path=Page._get_path(home.path, home.depth + 1, steps + n + 1),
                depth=home.depth + 1,
                url_path=f"{home.url_path}bench-{n}/",
                content_type=kind,
                locale=locale,
                live=True,
                first_published_at=now,
            )
        )
        body = "".join(f"<p>{sentence}。</p>" for sentence in dice.sample(cut, 30))
        words.append(
            (dice.choice(cut)[:120], json.dumps([{"type": "section", "value": {"heading": "", "text": body}}]))
        )
    made = Page.objects.bulk_create(pages, batch_size=500)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO content_infopage (page_ptr_id, summary, body, review_notes) VALUES (%s, %s, %s, '')",
            [(page.pk, summary, body) for page, (summary, body) in zip(made, words, strict=True)],
        )
    Page.objects.filter(pk=home.pk).update(numchild=steps + number)


def measure(number: int) -> None:
    """Inside one database's process; prints one line of JSON."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from search.service import find

    url, settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_URL, ""
    call_command("migrate", verbosity=0)
    plant(number)
    call_command("update_index", verbosity=0, stdout=sys.stderr)
    with connection.cursor() as cursor:  # what PostgreSQL's autovacuum does within a minute of so many new rows
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    settings.ELASTICSEARCH_URL = url
    begun = time.monotonic()
    call_command("search_rebuild", stdout=sys.stderr)
    rebuilt = time.monotonic() - begun
    took: dict[str, list[float]] = {"database": [], "elasticsearch": []}
    totals: dict[str, dict[str, int]] = {name: {} for name in took}
    for turn in range(ROUNDS + 1):  # the first warms up
        for text in QUESTIONS:
            for name in sorted(took, reverse=bool(turn % 2)):
                settings.ELASTICSEARCH_URL = url if name == "elasticsearch" else ""
                start = time.perf_counter()
                found = find(text=text, language="zh-hans")
                spent = (time.perf_counter() - start) * 1000
                if found.store not in ("", name):
                    raise RuntimeError(f"{name} did not answer {text}")
                totals[name][text] = found.total
                if turn:
                    took[name].append(spent)
    figures = {
        name: {"median_ms": round(statistics.median(ms), 1), "p95_ms": round(statistics.quantiles(ms, n=20)[-1], 1)}
        for name, ms in took.items()
    }
    differ = {text: [total, totals["elasticsearch"][text]] for text, total in totals["database"].items()}
    differ = {text: pair for text, pair in differ.items() if pair[0] != pair[1]}
    print(
        json.dumps(
            {connection.vendor: figures.pop("database"), **figures}
            | {"pages": number, "rebuild_s": round(rebuilt, 1), "totals_that_differ": differ},
            ensure_ascii=False,
        )
    )


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as scratch, postgres_server() as postgres:
        jars = Path(scratch) / "jars"
        fetch_jars(jars)
        for database in ("", postgres):
            with elasticsearch_node(jars) as node:
                environment = os.environ | {
                    "DJANGO_SETTINGS_MODULE": "config.settings.test",
                    "ELASTICSEARCH_URL": node.url,
                    "DATABASE_URL": database or f"sqlite:///{scratch}/bench.sqlite3",
                }
                command = [sys.executable, "-m", "bench.search", "--measure", str(number)]
                answer = subprocess.check_output(command, env=environment, cwd=ROOT, text=True)
                print(answer.strip().splitlines()[-1], flush=True)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(int(sys.argv[-1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else PAGES)
