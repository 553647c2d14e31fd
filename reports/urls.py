from django.urls import path

from reports.views import exports, overview, people, registrar

app_name = "reports"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("people/", people.people, name="people"),
    path("export/", exports.export, name="export"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<uuid:export_uuid>/", exports.export_file, name="export_file"),
    path("certificates/", registrar.register, name="register"),
    path("certificates/<uuid:certificate_uuid>/", registrar.certificate, name="certificate"),
    path("certificates/<uuid:certificate_uuid>/revoke/", registrar.revoke, name="revoke"),
    path("certificates/<uuid:certificate_uuid>/reinstate/", registrar.reinstate, name="reinstate"),
]
