"""The database itself refuses to change a ledger's rows, whoever asks (design, section 3.6)."""

from django.db import migrations

from people.models.ledger import seal


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        seal("courses.CourseRelease"),
        seal("courses.LearningEvent"),
        seal("courses.HourEntry"),
        seal("courses.RequirementSet"),
        seal("courses.Requirement"),
        seal("courses.CertificationEvent"),
    ]
