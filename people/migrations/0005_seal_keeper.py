from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_review_roles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rolegrant",
            name="role",
            field=models.CharField(
                choices=[
                    ("learner", "学员"),
                    ("trainer", "培训师"),
                    ("reviewer", "审核人"),
                    ("legal", "法律审核人"),
                    ("safeguarding", "儿童安全审核人"),
                    ("staff", "团委工作人员"),
                    ("registrar", "发证人"),
                    ("seal_keeper", "掌印人"),
                    ("administrator", "系统管理员"),
                ],
                max_length=16,
                verbose_name="角色",
            ),
        ),
    ]
