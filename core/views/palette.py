from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core import palette
from core.http import UserRequest

LONGEST = 200
# What the empty page teaches: what one can type, and what that finds.
EXAMPLES = (
    ("van der vos", _("names however they are spelt: also “vd Vos” and, last, whoever is near")),
    ("06-1234", _("a telephone number, or a part of one, in any spelling")),
    ("anna@", _("an e-mail address: what stands before the @ or behind it")),
    ("python utrecht", _("skill, tag, position, organisation and city, in any order")),
    ("python >=3 <24m", _("a skill at that level or higher, confirmed within so many months")),
    ('"anna de vries"', _("exactly these words, behind each other")),
    ("bakker -recruiter", _("without a word")),
    ("java OR python", _("one or the other")),
    ("reunion", _("in notes and contact moments also other forms of a word: “reunions”")),
)


@login_required
@require_GET
def search(request: UserRequest) -> HttpResponse:
    """The search page; what it shows while one types; and for the command palette its options."""
    words = request.GET.get("q", "").replace("\x00", "")[:LONGEST]
    if request.htmx and request.htmx.target == "palette-results":
        return _options(request, words)
    kinds = palette.kinds_for(request.user)
    kind = next((key for key, _label in kinds if key == request.GET.get("in")), "")

    is_part = bool(request.htmx) and request.htmx.target == f"found-{kind}"
    groups = palette.search(
        request.user, words, kind=kind, is_part=is_part, at_once=not request.htmx
    )

    context = {
        "words": words,
        "groups": groups,
        "kinds": kinds,
        "kind": "" if is_part else kind,
        "examples": EXAMPLES,
    }
    template = "core/search.html"
    if request.htmx:
        template += "#groups" if is_part else "#found"
    return render(request, template, context)


def _options(request: UserRequest, words: str) -> HttpResponse:
    recent = [(key, row_id) for key, row_id in request.session.get(palette.SESSION_KEY, [])]

    groups = palette.find(request.user, words, recent=recent)

    return render(request, "core/search.html#options", {"words": words, "groups": groups})
