"""Where a learner is in post, with what follows for the officer's numbers: people know nothing of standings."""

from datetime import date, datetime

from django.db import transaction

from people import services as people
from people.models import Membership, Organisation, Region, User

from .standing import refresh_standings_of


@transaction.atomic
def place_learner(
    *,
    learner: User,
    organisation: Organisation,
    region: Region,
    worker: str,
    village: str = "",
    started_date: date,
    placed_by: User,
    placed_at: datetime,
) -> Membership:
    """This will put a learner into a post, close the one she held, and move her standings to the new place.

    Raises ValidationError where the new post begins before the old one did.
    """
    before = Membership.objects.filter(user=learner, ended_date=None).first()
    membership = people.place_member(
        user=learner,
        organisation=organisation,
        region=region,
        worker=worker,
        village=village,
        started_date=started_date,
    )
    if before != membership:
        people.record_audit(
            actor=placed_by,
            verb="person_placed",
            object_kind="membership",
            object_id=str(membership.pk),
            recorded_at=placed_at,
            details={"user": learner.pk, "before": before.pk if before else None},
        )
        refresh_standings_of(learner=learner, changed_at=placed_at)
    return membership


@transaction.atomic
def end_post(*, membership: Membership, ended_date: date, ended_by: User, ended_at: datetime) -> Membership:
    """This will close a post. She stays counted where she was last in post until somebody places her again."""
    left = people.leave_post(membership=membership, ended_date=ended_date, ended_by=ended_by, ended_at=ended_at)
    refresh_standings_of(learner=left.user, changed_at=ended_at)
    return left
