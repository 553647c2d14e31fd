from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('certificates', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(fields=['region', '-issued_date'], name='certificate_region__520375_idx'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('learner', 'programme_code', 'period_uuid'), name='one_certificate_per_learner_programme_and_period'),
        ),
        migrations.AddConstraint(
            model_name='numbercounter',
            constraint=models.UniqueConstraint(fields=('issuer', 'region_code', 'year'), name='one_counter_per_issuer_region_year'),
        ),
        migrations.AddConstraint(
            model_name='numbercounter',
            constraint=models.CheckConstraint(condition=models.Q(('last_serial__lte', 999999)), name='a_serial_has_six_digits'),
        ),
    ]
