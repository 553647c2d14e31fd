"""Takes every row of the demo's people away, ledgers too, and leaves everybody else's alone."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Model, Q

from assessments.models import Attempt, AttemptStep, Mark
from certificates.models import Certificate, CertificateEvent, CertificatePdf
from courses.models import (
    Allocation,
    CertificationEvent,
    CertificationPeriod,
    Enrolment,
    HourEntry,
    LearningEvent,
    LessonProgress,
    QuarantinedEvent,
    Standing,
)
from courses.services.standing import rebuild_tallies
from people.models import (
    AuditEntry,
    Consent,
    Membership,
    Message,
    Organisation,
    RoleGrant,
    SignInCode,
    SignInSlip,
    User,
)
from people.models.ledger import unsealed

CHUNK = 500

# children first; every path ends at a person
OWNED_BY = (
    (Standing, "user"),
    (CertificationEvent, "period__allocation__learner"),
    (CertificationPeriod, "allocation__learner"),
    (Allocation, "learner"),
    (CertificatePdf, "certificate__learner"),
    (CertificateEvent, "certificate__learner"),
    (Certificate, "learner"),
    (HourEntry, "learner"),
    (LearningEvent, "enrolment__learner"),
    (LessonProgress, "enrolment__learner"),
    (QuarantinedEvent, "learner"),
    (Mark, "attempt__learner"),
    (AttemptStep, "attempt__learner"),
    (Attempt, "learner"),
    (Enrolment, "learner"),
    (Message, "user"),
    (SignInSlip, "user"),
    (SignInCode, "user"),
    (Consent, "user"),
    (AuditEntry, "actor"),
    (RoleGrant, "user"),
    (Membership, "user"),
    (EmailAddress, "user"),
    (Authenticator, "user"),
)


class DemoIsMixedWithRealData(Exception):
    """A real person's record names somebody of the demo; `str()` says which. Nothing was removed."""


@transaction.atomic
def remove_people() -> int:
    """This will remove the demo's people and organisations, and give how many people there were.

    Raises DemoIsMixedWithRealData, having changed nothing.
    """
    people = User.objects.demo()
    count = people.count()
    _refuse_if_mixed()
    with unsealed():
        for model, path in OWNED_BY:
            owner = Q(**{f"{path}__is_demo": True})
            _erase(model, model._base_manager.filter(owner).values_list("pk", flat=True))
        _erase_others_of(User)
        _erase(User, people.values_list("pk", flat=True))
        for organisation in Organisation.objects.filter(is_demo=True).order_by("-path"):
            organisation.delete()
    rebuild_tallies()
    return count


def _refuse_if_mixed() -> None:
    real = Q(user__is_demo=False)
    if named := Membership.objects.filter(real, organisation__is_demo=True).first():
        raise DemoIsMixedWithRealData(f"Membership {named.pk}")
    if (
        named := RoleGrant.objects.filter(real)
        .filter(Q(granted_by__is_demo=True) | Q(organisation__is_demo=True))
        .first()
    ):
        raise DemoIsMixedWithRealData(f"RoleGrant {named.pk}")
    if named := CertificateEvent.objects.filter(certificate__learner__is_demo=False, actor__is_demo=True).first():
        raise DemoIsMixedWithRealData(f"CertificateEvent {named.pk}")


def _erase_others_of(model: type[Model]) -> None:
    """What the framework's own apps, and apps above this one, keep about a person."""
    for relation in model._meta.related_objects:
        owner = relation.related_model
        if owner in dict(OWNED_BY) or relation.field.null:
            continue
        _erase(
            owner, owner._base_manager.filter(**{f"{relation.field.name}__is_demo": True}).values_list("pk", flat=True)
        )
    for relation in model._meta.related_objects:
        if relation.field.null:
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__is_demo": True})
            rows.update(**{relation.field.name: None})
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        own = next(f.name for f in through._meta.fields if f.related_model is model)
        _erase(through, through._base_manager.filter(**{f"{own}__is_demo": True}).values_list("pk", flat=True))


def _erase(model: type[Model], pks: Iterable) -> None:
    """Past the managers: a ledger refuses to delete, and nothing here needs a signal."""
    doomed = list(pks)
    for start in range(0, len(doomed), CHUNK):
        rows = model._base_manager.filter(pk__in=doomed[start : start + CHUNK])
        rows._raw_delete(rows.db)
