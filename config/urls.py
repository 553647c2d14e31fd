"""Every door of the product. What each is open to stands beside its view: @audience (people/audience.py).

Pages for people carry their language in the address: / is Chinese, /en/ English. What machines read has none.
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from content.views import picture
from people.views.sign_in import other_door
from people.views.slip import closed

urlpatterns = [
    path("media/images/<str:name>", picture, name="picture"),
    path("api/", include("courses.api_urls")),
    # allauth is the only door, and people's data stays out of Wagtail
    re_path(r"^(?:django-)?admin/login/$", other_door, name="other_door"),
    re_path(r"^admin/password_reset/", other_door),
    re_path(r"^admin/(?:failwhale|test404)/", closed),
    re_path(r"^admin/(?:users|groups|bulk/people|bulk/auth)/", closed, name="closed"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
]

urlpatterns += i18n_patterns(
    path("accounts/", include("people.urls")),
    path("", include("courses.urls")),
    path("", include("certificates.urls")),
    path("", include("search.urls")),
    path("desk/", include("reports.urls")),
    path("", include("content.urls")),
    path("_util/login/", other_door),  # Wagtail's own, for private pages
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
