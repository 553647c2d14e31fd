from django.urls import path

from reports.views import exports, overview, people

app_name = "reports"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("people/", people.people, name="people"),
    path("export/", exports.export, name="export"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<uuid:export_uuid>/", exports.export_file, name="export_file"),
]
