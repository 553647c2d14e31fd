"""What a certificate looks like, in versions that never change. `Certificate` itself is not touched: a version's key
goes into `basis` (docs/decisions), so that no sealed table is altered."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from people.models.ledger import seal


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0003_seal_ledgers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("png", models.BinaryField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "印章", "verbose_name_plural": "印章"},
        ),
        migrations.CreateModel(
            name="CertificateDesign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("title_zh", models.CharField(max_length=24, verbose_name="标题")),
                ("title_en", models.CharField(max_length=60, verbose_name="标题（英文）")),
                ("lead_zh", models.CharField(max_length=30, verbose_name="姓名上面的话")),
                ("lead_en", models.CharField(max_length=60, verbose_name="姓名上面的话（英文）")),
                ("text_zh", models.CharField(max_length=80, verbose_name="姓名下面的话")),
                ("text_en", models.CharField(max_length=160, verbose_name="姓名下面的话（英文）")),
                ("signatory", models.CharField(blank=True, max_length=60, verbose_name="签发人")),
                ("signatory_post", models.CharField(blank=True, max_length=30, verbose_name="签发人职务")),
                ("in_force_from", models.DateField(blank=True, null=True, verbose_name="从哪天起用")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="改了什么")),
                ("made_at", models.DateTimeField()),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designs",
                        to="certificates.issuer",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certificates.seal",
                        verbose_name="印章",
                    ),
                ),
            ],
            options={"verbose_name": "证书样式", "verbose_name_plural": "证书样式"},
        ),
        migrations.AddConstraint(
            model_name="certificatedesign",
            constraint=models.UniqueConstraint(fields=("issuer", "number"), name="one_design_per_issuer_and_number"),
        ),
        seal("certificates.Seal"),
        seal("certificates.CertificateDesign"),
    ]
