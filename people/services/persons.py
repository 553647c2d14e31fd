from datetime import date, datetime

from django.db import transaction

from people.models import Membership, Organisation, Region, User
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


@transaction.atomic
def leave_post(*, membership: Membership, ended_date: date, ended_by: User, ended_at: datetime) -> Membership:
    """This will close a post: `ended_date` is the first day without it. What she learned stays hers.

    Raises ValidationError for a day before she began.
    """
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if held.ended_date is not None:
        return held
    held.ended_date = ended_date
    held.full_clean()
    held.save(update_fields=["ended_date"])
    record_audit(
        actor=ended_by,
        verb="post_left",
        object_kind="membership",
        object_id=str(held.pk),
        recorded_at=ended_at,
        details={"day": ended_date.isoformat()},
    )
    return held


@transaction.atomic
def add_organisation(
    *,
    kind: str,
    name: str,
    region: Region,
    parent: Organisation | None = None,
    from_date: date,
    added_by: User,
    added_at: datetime,
) -> Organisation:
    """This will add a body that people can be placed in. The same name in the same region stands once: it is kept."""
    Region.objects.select_for_update().get(pk=region.pk)  # two officers who press at once
    same = Organisation.objects.on(from_date).filter(name=name, region=region).first()
    if same is not None:
        return same
    organisation = Organisation(kind=kind, name=name, region=region, parent=parent, valid_from_date=from_date)
    organisation.full_clean(exclude=["path"])
    organisation.save()
    record_audit(
        actor=added_by,
        verb="organisation_added",
        object_kind="organisation",
        object_id=str(organisation.pk),
        recorded_at=added_at,
    )
    return organisation
