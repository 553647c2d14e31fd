from django.db import models


class SignInCode(models.Model):
    """The one-time code last sent to a person's phone. One row a person, overwritten by the next code.

    Works once and for five minutes; only a keyed hash is kept. How often it may be tried is people/limits.py.
    """

    user = models.OneToOneField("people.User", models.CASCADE, related_name="sign_in_code")
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
