"""Forms of the roster: who is added, where she is in post, which body is new. What may be chosen is what is hers."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import Programme
from people.models import Membership, Organisation, Region, RoleGrant, User
from people.names import normalise_name, validate_name
from people.phones import normalise_phone, validate_phone
from people.scope import roles_of

MOST_CHOICES = 300  # of bodies in one list; above it she goes one place down first
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PostForm(forms.Form):
    """A post: what she is, in which body, in which place, since when."""

    worker = forms.ChoiceField(label=_("身份"), choices=Membership.Worker.choices)
    organisation = forms.ModelChoiceField(
        label=_("单位"),
        queryset=Organisation.objects.none(),
        help_text=_("没有要找的单位，先到“单位”里添上。"),
        error_messages={"required": _("请选一个单位。"), "invalid_choice": _("这个单位不在您管的范围里，请重新选。")},
    )
    region = forms.ModelChoiceField(
        label=_("乡镇"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("和单位一样"),
        help_text=_("儿童主任和督导员写到乡镇。"),
        error_messages={"invalid_choice": _("这个地方不在您管的范围里，请重新选。")},
    )
    village = forms.CharField(label=_("村（居），可以不写"), max_length=60, required=False)
    started_date = forms.DateField(
        label=_("到岗日期"), widget=DAY, error_messages={"invalid": _("请写成 2026-11-25 这样的日期。")}
    )

    def __init__(
        self, *args, organisations: QuerySet[Organisation], regions: QuerySet[Region], today: date, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["organisation"].queryset = organisations
        self.fields["region"].queryset = regions
        self.fields["started_date"].initial = today

    def clean_started_date(self) -> date:
        day = self.cleaned_data["started_date"]
        if day > self.today:
            raise ValidationError(_("到岗日期还没有到。请在到岗那天再添，或者写今天。"))
        if day.year < 1970:
            raise ValidationError(_("年份太早了，请再看看。"))
        return day

    @property
    def post(self) -> dict:
        """What place_learner asks for."""
        data = self.cleaned_data
        return {
            "organisation": data["organisation"],
            "region": data["region"] or data["organisation"].region,
            "worker": data["worker"],
            "village": data["village"].strip(),
            "started_date": data["started_date"],
        }


class PersonForm(PostForm):
    """A new person with her first post. Phone and e-mail may be missing: then she comes in by 登录条."""

    name = forms.CharField(
        label=_("姓名"),
        min_length=2,
        max_length=50,
        help_text=_("和身份证上一样，证书按这个名字印。"),
        error_messages={"required": _("请写姓名。"), "min_length": _("姓名至少两个字。")},
    )
    number = forms.CharField(
        label=_("学员编号，以前在青苗学过的人才写"),
        max_length=20,
        required=False,
        help_text=_("写了编号，学过的、考过的和证书都接上。姓名要和原来一样。"),
    )
    phone = forms.CharField(
        label=_("手机号，可以不写"), max_length=30, required=False, help_text=_("没有手机号，就给她做登录条。")
    )
    email = forms.EmailField(
        label=_("邮箱，可以不写"), required=False, error_messages={"invalid": _("邮箱写得不全，请再看看。")}
    )
    language = forms.ChoiceField(label=_("语言"), choices=User._meta.get_field("language").choices)
    programmes = forms.ModelMultipleChoiceField(
        label=_("安排学习"),
        queryset=Programme.objects.none(),
        to_field_name="code",  # a key of thirty digits would reach the database, which has no room for it
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("勾上的，从今天起算期限。"),
        error_messages={"invalid_choice": _("没有这个证书项目，请重新选。")},
    )

    field_order = ["name", "number", "phone", "email", "worker", "organisation", "region", "village", "started_date"]

    def __init__(self, *args, programmes: QuerySet[Programme], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programmes"].queryset = programmes
        self.returning: User | None = None

    def clean_number(self) -> str:
        """Somebody without a post comes back: number and name must both be hers, so nobody is taken by guessing."""
        number = normalise_phone(self.cleaned_data["number"])
        if number:
            found = User.objects.active().filter(login_number=number, name=self.cleaned_data.get("name", "")).first()
            in_post = Membership.objects.on(self.today).filter(user=found).exists()
            if found is None or in_post or roles_of(found, self.today) & set(RoleGrant.STAFF_ROLES):
                raise ValidationError(
                    _("没有编号和姓名都对得上、现在又不在岗的人。请核对；还在岗的，由她现在的县里换岗。")
                )
            self.returning = found
        return number

    def clean_name(self) -> str:
        validate_name(self.cleaned_data["name"])
        return normalise_name(self.cleaned_data["name"])

    def clean_phone(self) -> str:
        number = normalise_phone(self.cleaned_data["phone"])
        if number:
            validate_phone(number)
            if User.objects.filter(phone=number).exclude(pk=self.returning and self.returning.pk).exists():
                raise ValidationError(_("这个手机号已经有人用。先在名单里找找她；不是她，就不写手机号，做登录条。"))
        return number

    def clean_email(self) -> str:
        address = self.cleaned_data["email"].strip().lower()
        if address and User.objects.filter(email=address).exclude(pk=self.returning and self.returning.pk).exists():
            raise ValidationError(_("这个邮箱已经有人用，请换一个，或者不写。"))
        return address


class LeaveForm(forms.Form):
    ended_date = forms.DateField(
        label=_("离岗日期"),
        widget=DAY,
        help_text=_("不在岗的第一天。"),
        error_messages={"invalid": _("请写成 2026-11-25 这样的日期。"), "required": _("请写离岗日期。")},
    )

    def __init__(self, *args, membership: Membership, today: date, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.membership, self.today = membership, today
        self.fields["ended_date"].initial = today

    def clean_ended_date(self) -> date:
        day = self.cleaned_data["ended_date"]
        if day > self.today:
            raise ValidationError(_("离岗日期还没有到。请在离岗那天再写，或者写今天。"))
        if day < self.membership.started_date:
            raise ValidationError(
                _("离岗不能早于到岗（%(day)s）。"), params={"day": self.membership.started_date.isoformat()}
            )
        return day


class OrganisationForm(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), choices=Organisation.Kind.choices)
    name = forms.CharField(
        label=_("全称"),
        min_length=2,
        max_length=100,
        help_text=_("和公章上一样，例如“大兴镇社会工作服务站”。"),
        error_messages={"required": _("请写单位全称。")},
    )
    region = forms.ModelChoiceField(
        label=_("地方"),
        queryset=Region.objects.none(),
        error_messages={
            "required": _("请选这个单位在哪里。"),
            "invalid_choice": _("这个地方不在您管的范围里，请重新选。"),
        },
    )
    parent = forms.ModelChoiceField(
        label=_("上级单位，可以不选"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("没有"),
        error_messages={"invalid_choice": _("这个单位不在您管的范围里，请重新选。")},
    )

    def __init__(self, *args, organisations: QuerySet[Organisation], regions: QuerySet[Region], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regions
        self.fields["parent"].queryset = organisations

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
