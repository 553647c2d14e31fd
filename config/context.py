"""What every page may say about the installation it runs on."""

from django.conf import settings


def installation(request) -> dict[str, bool]:
    """This will tell templates whether this is the demo, which says so at the foot of each page."""
    return {"demo": settings.DEMO}
