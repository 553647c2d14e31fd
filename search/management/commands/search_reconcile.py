from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search import upkeep
from search.stores import Away, NotBuilt, is_elastic


class Command(BaseCommand):
    help = (
        "对照数据库检查 Elasticsearch 的索引，不一样的补上 · "
        "compares the Elasticsearch index with the database and mends what differs"
    )

    def handle(self, *args, **options) -> None:
        if not is_elastic():
            raise CommandError("没有设 ELASTICSEARCH_URL：搜索用数据库 · search is the database's own")
        try:
            drift = upkeep.reconcile(now=timezone.now())
        except NotBuilt as error:
            raise CommandError("还没有索引 · no index yet: manage.py search_rebuild") from error
        except Away as away:
            raise CommandError(f"Elasticsearch 没有回应 · it does not answer: {away}") from away
        for zh, en, pages in (
            ("缺", "missing", drift.missing),
            ("旧", "outdated", drift.outdated),
            ("多", "left over", drift.left_over),
        ):
            for page_id in pages:
                self.stdout.write(f"{zh} · {en}: page {page_id}")
        if drift.newer:
            raise CommandError(
                f"{drift.newer} 页在索引里比数据库新（数据库是从备份恢复的？）：manage.py search_rebuild · "
                f"{drift.newer} entries are newer than the database: manage.py search_rebuild"
            )
        self.stdout.write("都补好了 · mended" if drift else "一致 · no difference")
