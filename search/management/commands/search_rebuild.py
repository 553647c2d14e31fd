from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from search import upkeep
from search.stores import Away, RebuildFailed, is_elastic


class Command(BaseCommand):
    help = (
        "从数据库重建 Elasticsearch 的索引，建好才换上 · "
        "builds a new Elasticsearch index from the database, then puts it in place"
    )

    def handle(self, *args, **options) -> None:
        if not is_elastic():
            raise CommandError(
                "没有设 ELASTICSEARCH_URL：搜索用数据库，重建用 manage.py update_index · "
                "ELASTICSEARCH_URL is empty: search is the database's own, rebuilt by manage.py update_index"
            )
        try:
            count = upkeep.rebuild(now=timezone.now(), tell=lambda sent: self.stdout.write(f"  {sent}"))
        except (Away, RebuildFailed) as error:
            raise CommandError(
                f"没有建成，原来的索引还在用，再运行一次就好 · not built; the old index stays, run it again: {error}"
            ) from error
        self.stdout.write(f"索引里有 {count} 页 · {count} pages in the index")
