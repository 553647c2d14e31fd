"""Ten officers press at the same moment, on PostgreSQL: each person is reminded once, and every press says the truth.

On SQLite writers queue by themselves and one connection cannot be shared by threads: there this file is skipped.
    python -m tests.servers.postgres pytest tests/reports/test_parallel.py
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from courses.models import Standing
from people.models import Message
from reports.models import Reminder, ReminderRound
from reports.reminding import remind
from tests.factories.people import UserFactory
from tests.factories.reports import Country

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: python -m tests.servers.postgres"),
]
OFFICERS, PEOPLE = 10, 12


def test_ten_presses_at_once_remind_each_person_once():
    country = Country()
    for _ in range(PEOPLE):
        country.person(country.stations[0])
    officers = [UserFactory() for _ in range(OFFICERS)]
    gate = Barrier(OFFICERS)

    def press(officer):
        try:
            rows = Standing.objects.select_related("user", "programme").order_by("?")
            gate.wait(30)
            remind(actor=officer, programme=country.programme, standings=rows, sender="", note="", at=timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(OFFICERS) as pool:
        list(pool.map(press, officers))

    assert Reminder.objects.count() == Message.objects.count() == PEOPLE
    rounds = ReminderRound.objects.all()
    assert len(rounds) == OFFICERS
    for this in rounds:
        assert this.reminders.count() + len(this.skipped) == PEOPLE
        assert set(this.skipped.values()) <= {"today"}
    assert sum(len(this.skipped) for this in rounds) == PEOPLE * (OFFICERS - 1)
