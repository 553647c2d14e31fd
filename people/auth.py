"""Who somebody is and what she may do today. allauth runs the door; this answers its questions."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from people.models import Message, RoleGrant, User
from people.phones import normalise_phone
from people.scope import roles_of
from people.services import GROUPS, owe_message


def find_person(identifier: str) -> User | None:
    """This will find who may sign in by a phone number, an e-mail address or a learner number."""
    text = (identifier or "").strip()
    people = User.objects.active()
    if "@" in text:
        return people.filter(email=text.lower()).first()
    digits = normalise_phone(text)
    if len(digits) == 8:
        return people.filter(login_number=digits).first()
    return people.filter(phone=digits).first()


class Backend(AuthenticationBackend):
    """Passwords, and permissions from the grants that stand today: an ended grant is gone at the next request."""

    def _authenticate(self, request, **credentials) -> User | None:
        return self._check_password(find_person(credentials.get("username", "")), credentials["password"])

    def get_user(self, user_id: int) -> User | None:
        """Read with every request, so the second factor's two questions ride along instead of being asked apart."""
        staff_roles = RoleGrant.objects.on(timezone.localdate()).filter(
            user=OuterRef("pk"), role__in=RoleGrant.STAFF_ROLES
        )
        factors = Authenticator.objects.filter(
            user=OuterRef("pk"), type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        )
        people = User.objects.annotate(holds_staff_role=Exists(staff_roles), has_second_factor=Exists(factors))
        user = people.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def _get_user_permissions(self, user_obj):
        return Permission.objects.none()  # nobody holds a permission but by a dated grant

    def _get_group_permissions(self, user_obj):
        names = [GROUPS[role] for role in roles_of(user_obj, timezone.localdate()) if role in GROUPS]
        return Permission.objects.filter(group__name__in=names)


class AccountAdapter(DefaultAccountAdapter):
    """allauth with our manners: nobody signs up, mail is owed, home is in her language."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        with override(request.user.language):
            return reverse("home")

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """The request talks to the database and to nothing else: a mail server that is down is not her error."""
        mail = self.render_mail(template_prefix, email, context)
        owe_message(
            user=context.get("user"),
            channel=Message.Channel.EMAIL,
            kind=template_prefix.rsplit("/", 1)[-1].replace("_", "-"),
            address=email,
            subject=mail.subject,
            body=mail.body,
            now=timezone.now(),
        )


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: named after us, their secrets encrypted in the database by FIELD_KEY."""

    def get_totp_label(self, user: User) -> str:
        return user.login_number

    def get_totp_issuer(self) -> str:
        return gettext("青苗")

    def _get_user_identifier(self, user: User) -> str:
        return user.login_number

    def encrypt(self, text: str) -> str:
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()
