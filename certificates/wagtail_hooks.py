"""Who issues, and what a certificate looks like, is edited in Wagtail's admin, by whom config/roles.py allows;
certificates are not: they never change."""

from django.core.exceptions import ValidationError
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.widgets.button import ListingButton
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from certificates.models import Issuer
from certificates.views import designs
from people.models import Region


class IssuerForm(WagtailAdminModelForm):
    """Who issues. Who signs and the seal belong to the issuer's design, which has versions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.filter(level__lte=Region.Level.COUNTY, valid_to_date=None)

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not (code.isascii() and code.isalpha() and code.isupper()):
            raise ValidationError(gettext("代码是证书编号的开头，请用一到四个大写字母，如 QM。"))
        return code


class IssuerViewSet(SnippetViewSet):
    model = Issuer
    icon = "doc-full"
    menu_label = _("发证单位")
    add_to_admin_menu = True
    list_display = ["name_zh", "code", "region"]
    edit_handler = ObjectList(
        [
            FieldPanel("code", help_text=_("证书编号的开头，如 QM。发过证书后不要再改。")),
            FieldPanel("name_zh"),
            FieldPanel("name_en"),
            FieldPanel("phone", help_text=_("查证书的人看到这个电话。")),
            FieldPanel("region", help_text=_("证书上的话、签发人和印章在“证书样式”里改。")),
        ],
        base_form_class=IssuerForm,
    )


register_snippet(IssuerViewSet)


@hooks.register("register_admin_urls")
def design_addresses():
    return [
        path("certificate-designs/", designs.designs, name="certificate_designs"),
        path("certificate-designs/<str:code>/", designs.design, name="certificate_design"),
        path("certificate-designs/<str:code>/preview/", designs.preview, name="certificate_design_preview"),
        path(
            "certificate-designs/<str:code>/<int:number>/specimen/",
            designs.specimen_pdf,
            name="certificate_design_specimen",
        ),
    ]


class DesignsMenuItem(MenuItem):
    def is_shown(self, request):
        return designs.may_open(request.user)


@hooks.register("register_admin_menu_item")
def designs_in_the_menu():
    address = reverse_lazy("certificate_designs")
    return DesignsMenuItem(_("证书样式"), address, name="certificate-designs", icon_name="edit", order=170)


@hooks.register("register_snippet_listing_buttons")
def design_from_the_list(snippet, user, next_url=None):
    if isinstance(snippet, Issuer) and designs.may_open(user):
        yield ListingButton(
            _("证书样式"), reverse("certificate_design", args=[snippet.code]), icon_name="edit", priority=30
        )
