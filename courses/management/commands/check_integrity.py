"""`manage.py check_integrity`: replay the ledgers and compare with what screens show."""

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.integrity import check


class Command(BaseCommand):
    help = "Replays learning and certification events and recounts the sums; exit code 1 if a kept row differs."

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="put the replayed values in the place of the kept ones")

    def handle(self, *args, mend: bool, **options):
        count = 0
        for difference in check(mend=mend, at=timezone.now()):
            count += 1
            self.stdout.write(str(difference))
        if not count:
            self.stdout.write("Replay equals what is kept, to the row.")
        elif mend:
            self.stdout.write(f"{count} differences, mended.")
        else:
            self.stdout.write(f"{count} differences. --mend puts the replayed values in their place.")
            sys.exit(1)
