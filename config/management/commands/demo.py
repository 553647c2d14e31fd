"""This will load the demo, or take its people away again."""

import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.demo.content import OPEN_FOR, load_content
from courses.demo.people import plant_people
from courses.demo.removal import DemoIsMixedWithRealData, remove_people
from people.models import Region, User
from reports.closing import forget_closes, months_begun, recount_closes

MONTHS_BACK = 3  # that the overview can be compared with
LOGINS = "demo-logins.json"


class Command(BaseCommand):
    help = "装入或移走演示数据 · Load or remove the demo"

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seed", type=int, default=2026)
        parser.add_argument("--learners", type=int, default=300)
        parser.add_argument("--content-only", action="store_true", help="只装课程 · courses without people")
        parser.add_argument("--delete", action="store_true", help="移走演示人员 · remove the demo's people")
        parser.add_argument("--beside", action="store_true", help="即使已有真实人员 · even beside real people")

    def handle(
        self, *args, seed: int, learners: int, content_only: bool, delete: bool, beside: bool, **options
    ) -> None:
        if delete:
            self._delete()
            return
        if not 0 <= learners <= 9000:
            raise CommandError("--learners: 0–9000")
        if not Region.objects.exists():
            raise CommandError("先装入地区 · Load the regions first:\n\n    manage.py load_regions")
        if not content_only:
            if not settings.DEMO:  # it would make an administrator whose password stands in our repository
                raise CommandError(
                    "演示人员只装在演示里，口令是公开的 · People with published passwords: only in the demo."
                )
            self._refuse_real_people(beside)
        now = timezone.now()
        self.stdout.write("课程、题库… · Courses and questions…")
        with transaction.atomic():
            without_people = content_only or User.objects.demo().exists()
            course = load_content(now=now, opened_at=None if without_people else now - OPEN_FOR)
            if without_people:
                return
            self.stdout.write(f"{learners} 名学员… · {learners} learners…")
            logins = plant_people(seed=seed, learners=learners, course=course, now=now)
            recount_closes(days=months_begun(MONTHS_BACK, now=now), now=now)
        file = settings.DATA_DIR / LOGINS
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([vars(login) for login in logins], ensure_ascii=False), "utf-8")
        os.chmod(file, 0o600)
        for login in logins:
            self.stdout.write(f"  {login.who}  {login.login}  {login.password}")

    def _refuse_real_people(self, beside: bool) -> None:
        if User.objects.filter(is_demo=False).exists() and not beside:
            raise CommandError(
                "库里已有真实人员，演示不和他们混在一起。确实要装，加 --beside。\n"
                "Real people are here and the demo is never mixed with them. If you are sure, add --beside."
            )

    def _delete(self) -> None:
        try:
            with transaction.atomic():
                days = forget_closes()  # they counted the demo
                count = remove_people()
                recount_closes(days=days, now=timezone.now())
        except DemoIsMixedWithRealData as mixed:
            raise CommandError(f"真实记录引用了演示人员，没有移走任何东西 · Nothing was removed: {mixed}") from mixed
        (settings.DATA_DIR / LOGINS).unlink(missing_ok=True)
        self.stdout.write(f"移走 {count} 名演示人员。 · {count} people of the demo removed.")
