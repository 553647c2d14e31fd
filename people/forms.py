from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.codes import SLIP_LENGTH, normalise_code
from people.models import User
from people.phones import normalise_phone, validate_phone


class PhoneForm(forms.Form):
    tel = forms.CharField(max_length=30, error_messages={"required": _("请写手机号。")})

    def clean_tel(self) -> str:
        number = normalise_phone(self.cleaned_data["tel"])
        validate_phone(number)
        return number


class CodeForm(PhoneForm):
    otp = forms.CharField(max_length=12, error_messages={"required": _("请写短信里的 6 位验证码。")})
    keep = forms.BooleanField(required=False)

    def clean_otp(self) -> str:
        code = normalise_code(self.cleaned_data["otp"])
        if len(code) != 6 or not code.isdigit():
            raise ValidationError(_("验证码是 6 位数字，请再看看。"))
        return code


class SlipForm(forms.Form):
    slip = forms.CharField(max_length=20, error_messages={"required": _("请写登录条上的八位码。")})

    def clean_slip(self) -> str:
        code = normalise_code(self.cleaned_data["slip"])
        if len(code) != SLIP_LENGTH or not code.isascii():
            raise ValidationError(_("登录条上的码是 8 位，请再看看。"))
        return code


class PasswordForm(forms.Form):
    who = forms.CharField(max_length=254, error_messages={"required": _("请写手机号、邮箱或学员编号。")})
    pw = forms.CharField(max_length=200, strip=False, error_messages={"required": _("请写密码。")})


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=User._meta.get_field("language").choices)
