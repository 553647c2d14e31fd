"""证书样式: an issuer's certificate, its versions and its next one, tried on the hardest names. Inside Wagtail's admin.

What is shown is drawn by the engine that draws certificates, marked 样张, with no number, no code and no signature.
"""

import base64

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from certificates import pdf
from certificates.forms import TEXTS, DesignForm, TryForm
from certificates.models import CertificateDesign, Issuer
from certificates.models.design import FIRST_WORDS
from certificates.selectors import design_in_force, issuers_in
from certificates.services import AlreadyChanged, missing_here, save_design
from certificates.services.designing import CHANGE_DESIGN, CHANGE_SEAL
from certificates.specimens import TRIES, has_extension_b, specimen
from people.audience import Audience, audience

PICTURE_WIDTH = 1200
VERSIONS_A_PAGE = 20


def may_open(user) -> bool:
    return user.has_perm(CHANGE_DESIGN) or user.has_perm(CHANGE_SEAL)


def _issuer(request: HttpRequest, code: str) -> Issuer:
    """Hers to change, or no page: another place's seal is not shown."""
    if not may_open(request.user):
        raise PermissionDenied
    return get_object_or_404(issuers_in(scope=request.scope), code=code)


def _newest(issuer: Issuer) -> CertificateDesign:
    """The last version that was written, or the words that every certificate has had so far."""
    found = issuer.designs.select_related("seal", "made_by").order_by("-number").first()
    return found or CertificateDesign(issuer=issuer, number=1, **FIRST_WORDS)


class DesignsView(WagtailAdminTemplateMixin, TemplateView):
    """The issuers of her places, each with the version in force."""

    template_name = "certificates/designs.html"
    header_icon = "edit"
    page_title = gettext_lazy("证书样式")

    def get_breadcrumbs_items(self) -> list[dict]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("证书样式")}]

    def get_context_data(self, **kwargs) -> dict:
        if not may_open(self.request.user):
            raise PermissionDenied
        today = timezone.localdate()
        issuers = list(issuers_in(scope=self.request.scope))
        designs = CertificateDesign.objects.on(today).filter(issuer__in=issuers).select_related("made_by")
        in_force: dict[int, CertificateDesign] = {}
        for design in designs.order_by("issuer_id", *designs.query.order_by):
            in_force.setdefault(design.issuer_id, design)
        return super().get_context_data(rows=[(issuer, in_force.get(issuer.pk)) for issuer in issuers], **kwargs)


@method_decorator(never_cache, name="dispatch")
class DesignView(WagtailAdminTemplateMixin, TemplateView):
    """One issuer: the next version's words, what they look like, and the versions there are."""

    template_name = "certificates/design.html"
    header_icon = "edit"
    page_title = gettext_lazy("证书样式")
    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.issuer = _issuer(request, kwargs["code"])
        self.newest = _newest(self.issuer)
        self.may_write, self.may_seal = request.user.has_perm(CHANGE_DESIGN), request.user.has_perm(CHANGE_SEAL)
        self.form = self.shown = None
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.issuer.name_zh

    def get_breadcrumbs_items(self) -> list[dict]:
        index = {"url": reverse("certificate_designs"), "label": _("证书样式")}
        return [*super().get_breadcrumbs_items(), index, {"url": "", "label": self.issuer.name_zh}]

    def _form(self, data=None, files=None, **options) -> DesignForm:
        first = {name: getattr(self.newest, name) for name in TEXTS}
        first |= {"in_force_from": timezone.localdate(), "based_on": self.newest.number}
        return DesignForm(
            data,
            files,
            initial=first,
            issuer=self.issuer,
            newest=self.newest,
            may_write=self.may_write,
            may_seal=self.may_seal,
            **options,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        looks_only = request.POST.get("do") != "save"
        self.form = self._form(request.POST, request.FILES, for_preview=looks_only)
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(**kwargs), status=422)
        if not looks_only:
            return self._save(request)
        self.shown = self.form.design(), self.form.seal_png
        return self.render_to_response(self.get_context_data(**kwargs))

    def _save(self, request: HttpRequest) -> HttpResponse:
        cleaned = self.form.cleaned_data
        try:
            design = save_design(
                issuer=self.issuer,
                words={name: cleaned[name] for name in TEXTS},
                seal_png=self.form.seal_png,
                in_force_from=cleaned["in_force_from"],
                note=cleaned["note"],
                based_on=cleaned["based_on"],
                made_by=request.user,
                at=timezone.now(),
            )
        except AlreadyChanged as changed:
            newest = changed.newest
            self.form.add_error(
                None,
                _("%(who)s 刚存了第 %(number)d 版（%(note)s）。您写的都还在，请对照最新的一版，再存一次。")
                % {
                    "who": newest.made_by.name if newest.made_by else _("有人"),
                    "number": newest.number,
                    "note": newest.note,
                },
            )
            self.form.data = self.form.data.copy()
            self.form.data["based_on"] = newest.number
            return self.render_to_response(self.get_context_data(), status=409)
        messages.success(
            request,
            _("第 %(number)d 版存好了，%(day)s 起发的证书用它。以前发的证书不变。")
            % {"number": design.number, "day": design.in_force_from.isoformat()},
        )
        return redirect("certificate_design", code=self.issuer.code)

    def get_context_data(self, **kwargs) -> dict:
        tried = TryForm(self.request.POST if "key" in self.request.POST else None)
        key = tried.cleaned_data["key"] if tried.is_bound and tried.is_valid() else TryForm.base_fields["key"].initial
        lacking = missing_here()
        picture = ""
        if not lacking and self.shown:
            design, seal = self.shown
            page = pdf.render(specimen(design, key, seal_png=seal if isinstance(seal, bytes) else None))
            picture = base64.b64encode(pdf.picture(page, PICTURE_WIDTH)).decode()
        in_force = design_in_force(issuer=self.issuer, day=timezone.localdate())
        versions = self.issuer.designs.select_related("made_by").order_by("-number")
        seal = self.newest.seal
        return super().get_context_data(
            issuer=self.issuer,
            newest=self.newest,
            form=self.form or self._form(),
            tried=tried,
            key=key,
            picture=picture,
            lacking=lacking,
            rare_is_missing=not lacking and not has_extension_b(),
            covers=bool(seal) and pdf.covers_what_is_under_it(bytes(seal.png)),
            seal=base64.b64encode(bytes(seal.png)).decode() if seal else "",
            may_write=self.may_write,
            may_seal=self.may_seal,
            in_force=in_force,
            today=timezone.localdate(),
            versions=Paginator(versions, VERSIONS_A_PAGE).get_page(self.request.GET.get("page")),
            **kwargs,
        )


def _tried(request: HttpRequest, values) -> str:
    return values.get("key") if values.get("key") in TRIES else "short"


@audience(Audience.CERTIFIER)
@never_cache
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """What she has typed, as a picture (`as=png`) or the PDF itself; nothing is kept. Or what stands in its way."""
    issuer = _issuer(request, code)
    newest = _newest(issuer)
    form = DesignForm(
        request.POST,
        request.FILES,
        issuer=issuer,
        newest=newest,
        initial={name: getattr(newest, name) for name in TEXTS},
        may_write=request.user.has_perm(CHANGE_DESIGN),
        may_seal=request.user.has_perm(CHANGE_SEAL),
        for_preview=True,
    )
    problems = list(missing_here())
    if not form.is_valid():
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            problems += [f"{label}：{error}" if label else str(error) for error in errors]
    if problems:
        return JsonResponse({"problems": problems}, status=422)
    seal = form.seal_png if isinstance(form.seal_png, bytes) else None
    page = pdf.render(specimen(form.design(), _tried(request, request.POST), seal_png=seal))
    answer = _as_asked(page, request.POST.get("as"))
    if seal and pdf.covers_what_is_under_it(seal):
        answer["X-Seal-Covers"] = "1"
    return answer


@audience(Audience.CERTIFIER)
@never_cache
@require_GET
def specimen_pdf(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A saved version as a specimen: of the history, to look at."""
    issuer = _issuer(request, code)
    design = issuer.designs.select_related("seal").filter(number=number).first()
    if design is None and number == 1:
        design = _newest(issuer)  # the words that every certificate has had so far
    if design is None:
        raise Http404
    if lacking := missing_here():
        return HttpResponse("\n".join(lacking), status=503, content_type="text/plain; charset=utf-8")
    design.issuer = issuer
    return _as_asked(pdf.render(specimen(design, _tried(request, request.GET))), request.GET.get("as"))


def _as_asked(page: bytes, kind: str | None) -> HttpResponse:
    if kind == "png":
        return HttpResponse(pdf.picture(page, PICTURE_WIDTH), content_type="image/png")
    return HttpResponse(
        page, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="specimen.pdf"'}
    )


designs = audience(Audience.CERTIFIER)(DesignsView.as_view())
design = audience(Audience.CERTIFIER)(DesignView.as_view())
