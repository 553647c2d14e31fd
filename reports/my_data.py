"""What the desk holds about a person, for herself to take along."""

from people.models import User
from people.my_data import part
from reports.models import Reminder


@part("reminders")
def reminders(user: User) -> object:
    return list(Reminder.objects.filter(user=user).order_by("day").values("day", "kind", "has_email"))
