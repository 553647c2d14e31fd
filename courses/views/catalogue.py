from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses import selectors
from people.audience import Audience, audience


@audience(Audience.PUBLIC)
@require_safe
def catalogue(request):
    """All courses of the language; for a learner with how far she is."""
    learner = request.user if request.user.is_authenticated else None
    lines = selectors.catalogue(get_language(), learner)
    return render(
        request,
        "courses/catalogue.html",
        {
            "open_lines": [line for line in lines if not line.page.is_in_preparation],
            "coming_lines": [line for line in lines if line.page.is_in_preparation],
        },
    )
