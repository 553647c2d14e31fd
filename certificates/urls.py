"""Hers under certificates/, everybody's under verify/ and v/. The address in a QR code never changes its meaning."""

from django.urls import path

from certificates.views import mine, verify

urlpatterns = [
    path("certificates/", mine.certificate_list, name="certificates"),
    path("certificates/<uuid:certificate_uuid>/", mine.certificate, name="certificate"),
    path("certificates/<uuid:certificate_uuid>/pdf/", mine.certificate_file, name="certificate_pdf"),
    path("verify/", verify.verify_search, name="verify_search"),
    # whatever follows v/ is answered here, so that what is malformed looks like what is unknown
    path("v/<path:code>/credential.json", verify.credential_file, name="credential"),
    path("v/<path:code>/", verify.verify, name="verify"),
]
