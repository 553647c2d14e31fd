from datetime import date

from django.db import transaction

from people.models import Membership, Organisation, Region, User


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
