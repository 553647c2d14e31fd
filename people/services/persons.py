from datetime import datetime

from django.db import transaction

from people.models import User
from people.services.audit import record_audit


@transaction.atomic
def add_person(
    *,
    name: str,
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    added_by: User,
    added_at: datetime,
) -> User:
    """This will open an account without a password: she comes in by a code on her phone or by 登录条.

    Raises ValidationError, by field, also for a phone or e-mail that somebody has already.
    """
    user = User(name=name, phone=phone or None, email=email or None, language=language)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    record_audit(actor=added_by, verb="person_added", object_kind="user", object_id=str(user.pk), recorded_at=added_at)
    return user
