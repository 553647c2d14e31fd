from pathlib import Path

from django.core.management.base import BaseCommand

from people.regions import FOLDER, load_regions


class Command(BaseCommand):
    help = "Loads the national region tree, provinces to townships. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=FOLDER, help="where divisions.tsv and townships.tsv are")

    def handle(self, *, folder, **options):
        loaded = load_regions(folder=folder)
        self.stdout.write(f"地区：新增 {loaded.created}，已有 {loaded.kept}")
