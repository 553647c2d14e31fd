from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.codes import hash_code, new_slip_code, new_sms_code
from people.models import Message, RoleGrant, SignInCode, SignInSlip, User
from people.services.audit import record_audit
from people.services.messages import owe_message
from people.services.sign_in_facts import CODE_LIFE, CODE_MINUTES, SLIP_LIFE


class WrongCode(Exception):
    """The code is wrong, used, cancelled or out of time. Which of them is nobody's business."""


class NoSlipForStaff(Exception):
    """A slip would let its issuer sign in as somebody who holds power."""


@transaction.atomic
def send_sign_in_code(*, user: User, now: datetime) -> str:
    """This will make a new code, end the old one and owe the text message. Returns the code: only the demo shows it."""
    code = new_sms_code()
    SignInCode.objects.update_or_create(
        user=user,
        defaults={
            "code_hash": hash_code("sms", f"{user.pk}:{code}"),
            "sent_at": now,
            "expires_at": now + CODE_LIFE,
            "used_at": None,
        },
    )
    with override(user.language):
        body = _("【青苗】登录验证码 %(code)s，%(minutes)d 分钟内有效。不要告诉别人。") % {
            "code": code,
            "minutes": CODE_MINUTES,
        }
    owe_message(
        user=user, channel=Message.Channel.SMS, kind="sign_in_code", address=user.phone or "", body=body, now=now
    )
    return code


def use_sign_in_code(*, user: User, code: str, now: datetime) -> None:
    """This will use up the code, or raise WrongCode. One UPDATE: of two requests with one code, one gets in."""
    used = SignInCode.objects.filter(
        user=user, code_hash=hash_code("sms", f"{user.pk}:{code}"), used_at=None, expires_at__gt=now
    ).update(used_at=now)
    if not used:
        raise WrongCode
    if user.phone_verified_at is None:
        User.objects.filter(pk=user.pk).update(phone_verified_at=now)


@transaction.atomic
def issue_slip(*, user: User, issued_by: User | None, now: datetime) -> tuple[SignInSlip, str]:
    """This will end the person's old slip and make a new one. The code is returned here and never again."""
    if user.is_superuser or RoleGrant.objects.filter(user=user, role__in=RoleGrant.STAFF_ROLES).exists():
        raise NoSlipForStaff
    User.objects.select_for_update().get(pk=user.pk)
    SignInSlip.objects.filter(user=user, used_at=None, cancelled_at=None).update(cancelled_at=now)
    code = new_slip_code()
    slip = SignInSlip.objects.create(
        user=user, code_hash=hash_code("slip", code), issued_by=issued_by, issued_at=now, expires_at=now + SLIP_LIFE
    )
    record_audit(
        actor=issued_by,
        verb="slip_issued",
        object_kind="user",
        object_id=str(user.pk),
        recorded_at=now,
        details={"slip": slip.pk},
    )
    return slip, code


@transaction.atomic
def use_slip(*, code: str, now: datetime, address: str | None = None) -> User:
    """This will use up a slip and return its person, or raise WrongCode. One UPDATE, as above."""
    slips = SignInSlip.objects.filter(
        code_hash=hash_code("slip", code),
        used_at=None,
        cancelled_at=None,
        expires_at__gt=now,
        user__is_active=True,
    )
    slip = slips.select_related("user").first()
    if slip is None or not SignInSlip.objects.filter(pk=slip.pk, used_at=None, cancelled_at=None).update(used_at=now):
        raise WrongCode
    record_audit(
        actor=slip.user,
        verb="slip_used",
        object_kind="user",
        object_id=str(slip.user_id),
        recorded_at=now,
        details={"slip": slip.pk},
        address=address,
    )
    return slip.user


def change_language(*, user: User, language: str) -> None:
    """This will remember the language that she reads."""
    user.language = language
    user.full_clean(exclude=["password"])
    user.save(update_fields=["language"])
