from django.urls import path

from reports.views import by_hand, coverage, exports, overview, people, person, posts, registrar, remind, roles, roster

app_name = "reports"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("posts/", posts.posts, name="posts"),
    path("clauses/", coverage.clauses, name="clauses"),
    path("clauses/<slug:code>/", coverage.course_trained, name="course_trained"),
    path("people/", people.people, name="people"),
    path("people/add/", roster.add, name="roster_add"),
    path("people/<uuid:person_uuid>/post/", roster.place, name="person_place"),
    path("people/<uuid:person_uuid>/leave/", roster.leave, name="person_leave"),
    path("organisations/", roster.organisations, name="organisations"),
    path("organisations/add/", roster.organisation_add, name="organisation_add"),
    path("roles/", roles.roles, name="roles"),
    path("roles/grant/", roles.grant, name="role_grant"),
    path("roles/<int:grant_pk>/end/", roles.end, name="role_end"),
    path("people/<uuid:person_uuid>/", person.person, name="person"),
    path("people/<uuid:person_uuid>/why/<uuid:allocation_uuid>/", person.why, name="why"),
    path("people/<uuid:person_uuid>/name/", person.name, name="person_name"),
    path("people/<uuid:person_uuid>/assign/", person.assign, name="assign"),
    path("remind/", remind.remind, name="remind"),
    path("remind/<uuid:round_uuid>/", remind.reminded, name="reminded"),
    path("export/", exports.export, name="export"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<uuid:export_uuid>/", exports.export_file, name="export_file"),
    path("certificates/", registrar.register, name="register"),
    path("certificates/by-hand/", by_hand.candidates, name="by_hand"),
    path("certificates/by-hand/<uuid:allocation_uuid>/", by_hand.certify, name="by_hand_certify"),
    path("certificates/<uuid:certificate_uuid>/", registrar.certificate, name="certificate"),
    path("certificates/<uuid:certificate_uuid>/correct/", registrar.correct, name="correct"),
    path("certificates/<uuid:certificate_uuid>/revoke/", registrar.revoke, name="revoke"),
    path("certificates/<uuid:certificate_uuid>/reinstate/", registrar.reinstate, name="reinstate"),
]
