import secrets
import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.names import normalise_name, validate_name
from people.phones import mask_phone, normalise_phone, validate_phone


def new_login_number() -> str:
    """This will make a random eight-digit number that a person can read out; it says nothing about her."""
    return f"{secrets.randbelow(90_000_000) + 10_000_000}"


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def demo(self):
        return self.filter(is_demo=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, login_number):
        return self.get(login_number=login_number)

    def create_user(self, *, name: str, password: str | None = None, **fields) -> "User":
        user = self.model(name=normalise_name(name), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, *, name: str, password: str, **fields) -> "User":
        return self.create_user(name=name, password=password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: learner, trainer, staff. Made by a roster, a slip or an administrator.

    One name field, as Chinese and minority names need. Phone and e-mail are ways to reach her and may change or be
    missing; neither is her identity (numbers change hands). Personal data: name, phone, e-mail. No ID number here.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    login_number = models.CharField(_("学员编号"), max_length=8, unique=True, default=new_login_number)
    name = models.CharField(_("姓名"), max_length=50, validators=[MinLengthValidator(2), validate_name])
    phone = models.CharField(_("手机号"), max_length=11, null=True, blank=True, validators=[validate_phone])
    phone_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    email = models.EmailField(_("邮箱"), null=True, blank=True)
    language = models.CharField(
        _("语言"), max_length=7, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans"
    )
    is_active = models.BooleanField(_("可以登录"), default=True)
    is_demo = models.BooleanField(_("演示"), default=False, editable=False)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "login_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("人员")
        verbose_name_plural = _("人员")
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=Q(phone__isnull=False), name="one_person_per_phone"),
            models.UniqueConstraint(fields=["email"], condition=Q(email__isnull=False), name="one_person_per_email"),
            models.CheckConstraint(condition=~Q(phone="") & ~Q(email=""), name="no_phone_or_email_is_null_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.name = normalise_name(self.name)
        self.phone = normalise_phone(self.phone) or None
        self.email = (self.email or "").strip().lower() or None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        """What the menu of Wagtail's admin calls her; without it her login number would stand there."""
        return self.name

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)
