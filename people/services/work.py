from datetime import date, datetime

from django.db import transaction

from people.models import Membership, Organisation, Region, User
from people.services.audit import record_audit


@transaction.atomic
def place_member(
    *,
    user: User,
    organisation: Organisation,
    region: Region,
    worker: str,
    village: str = "",
    started_date: date,
) -> Membership:
    """This will put a person into a post and close the one she held. Placing her where she is changes nothing."""
    User.objects.select_for_update().get(pk=user.pk)
    held = Membership.objects.filter(user=user, ended_date=None).first()
    place = (organisation.pk, region.pk, worker, village)
    if held is not None:
        if (held.organisation_id, held.region_id, held.worker, held.village) == place:
            return held
        held.ended_date = started_date
        held.full_clean()
        held.save(update_fields=["ended_date"])
    membership = Membership(
        user=user,
        organisation=organisation,
        region=region,
        worker=worker,
        village=village,
        started_date=started_date,
    )
    membership.full_clean()
    membership.save()
    return membership


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
