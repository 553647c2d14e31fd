"""Whose it is to answer what learners say was marked wrong."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from assessments.models import MarkDispute
from people.models import Membership, RoleGrant, User
from people.scope import Scope


def answerable(*, trainer: Scope, administrator: Scope, but: User) -> QuerySet[MarkDispute]:
    """This will give the disputes that are one person's to answer, by the scopes of her two roles; never her own.

    A trainer's: of learners in post in her places today. An administrator's: what no trainer sees, of learners in post
    in her places and of those without a post, who are in nobody's.
    """
    rows = MarkDispute.objects.exclude(attempt__learner=but)
    hers = Q(attempt__learner__in=trainer.memberships().values("user"))
    if not administrator.is_empty:
        posts = Membership.objects.on(administrator.on_date).filter(user=OuterRef("attempt__learner"))
        below = Q(attempt__learner__in=administrator.memberships().values("user")) | ~Exists(posts)
        hers |= below & ~Exists(posts.filter(_is_taught(administrator)))
    return rows.filter(hers)


def _is_taught(scope: Scope) -> Exists:
    """A post is inside the places of a trainer of that day, other than who holds the post."""
    trainers = RoleGrant.objects.on(scope.on_date).filter(role=RoleGrant.Role.TRAINER, user__is_active=True)
    post = {
        "in_region": ExpressionWrapper(OuterRef("region__path"), output_field=CharField()),
        "in_body": ExpressionWrapper(OuterRef("organisation__path"), output_field=CharField()),
    }
    inside = Q(in_region__startswith=F("region__path")) | Q(in_body__startswith=F("organisation__path"))
    return Exists(trainers.exclude(user=OuterRef("user")).annotate(**post).filter(inside))
