"""Writing to somebody by means that we do not hold: the text is copied, the talk is opened there,
and that it was sent is logged in one press. Nothing is read from anywhere.
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from contacts.choices import FormOfAddress
from contacts.models import Contact
from contacts.moved import person_or_404
from contacts.selectors.persons import reach_shown
from core.http import UserRequest
from core.models import User
from core.permissions import require
from relationships.log_forms import QUICK, WRITTEN
from relationships.ownership_forms import WhyForm
from relationships.selectors.ownership import hold_against, said_why
from relationships.selectors.ready_text import ready_text, whatsapp_link
from relationships.selectors.shared import who_is_meant
from relationships.services.ownership import Act, turn_to

LOG = "relationships.log_interaction"
# Not every phone draws an SVG on its home screen; a maskable one has room to be cut round.
PICTURES = (("mark", 192, "any"), ("mark", 512, "any"), ("mark-maskable", 512, "maskable"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: UserRequest, uid: UUID) -> HttpResponse:
    """The text and its links; for whom a colleague holds, only once it was said why."""
    contact = person_or_404(request.user, uid)
    require(request.user, LOG, contact)

    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["override_reason"]
        turn_to(contact=contact, actor=request.user, act=Act.MAIL, reason=reason)
        if not request.htmx:
            return redirect("relationships:message", uid=contact.uid)
    today = timezone.localdate()
    hold = hold_against(request.user, contact, today=today)
    said = said_why(request.user, hold, today=today) if hold else None
    context = {"contact": contact, "form": form, "hold": hold, "said": said}
    if hold is None or said is not None:
        form_asked = request.GET.get("form", "")
        context |= _written(contact, request.user, form_asked)
    name = "relationships/message.html#form" if request.htmx else "relationships/message.html"
    return render(request, name, context, status=422 if form.errors else 200)


def _written(contact: Contact, user: User, asked: str) -> dict[str, Any]:
    """``asked``: a form of address for this once; else as they like it."""
    chosen = asked if asked in FormOfAddress.values else contact.form_of_address
    chosen = chosen or FormOfAddress.INFORMAL
    text = ready_text(contact, user, form=chosen)
    reach = reach_shown(contact)
    return {
        "forms": [(form.value, form.label, form.value == chosen) for form in FormOfAddress],
        "form_of": chosen,
        "text": text,
        "phones": [
            (phone, whatsapp_link(phone.number, text))
            for phone in reach.phones
            if whatsapp_link(phone.number)
        ],
        "emails": [(email, f"mailto:{email.address}?body={quote(text)}") for email in reach.emails],
        "profiles": reach.profiles,
        "ways": [(channel, *QUICK[channel][1:]) for channel in WRITTEN],
    }


@login_required
@require_safe
def shared(request: UserRequest) -> HttpResponse:
    """What a phone shares with us (``manifest``): the log opens with it, and with who is meant."""
    require(request.user, LOG)
    title, text, url = (
        request.GET.get(name, "").replace("\x00", "")[:2000] for name in ("title", "text", "url")
    )
    note = "\n".join(dict.fromkeys(part for part in (title, text, url) if part))
    meant = who_is_meant(request.user, f"{title}\n{text}\n{url}")
    query = f"text={quote(note)}"
    if isinstance(meant, Contact):
        return redirect(f"{reverse('relationships:log', args=[meant.uid])}?{query}")
    return redirect(f"{reverse('relationships:log-whom')}?{query}&q={quote(meant)}")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: UserRequest) -> JsonResponse:
    """What a browser installs, so that a phone offers us among those to share with."""
    marks = [("any", "brand/mark.svg", "image/svg+xml", "any")] + [
        (f"{size}x{size}", f"brand/{name}-{size}.png", "image/png", purpose)
        for name, size, purpose in PICTURES
    ]
    return JsonResponse(
        {
            "name": "TRM",
            "short_name": "TRM",
            "description": _("Relationships with people, kept warm by people."),
            "start_url": reverse("relationships:desk"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#ffffff",
            "icons": [
                {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
                for sizes, path, kind, purpose in marks
            ],
            "shortcuts": [
                {"name": _("Log a contact moment"), "url": reverse("relationships:log-whom")}
            ],
            "share_target": {
                "action": reverse("relationships:shared"),
                "method": "GET",
                "params": {"title": "title", "text": "text", "url": "url"},
            },
        },
        content_type="application/manifest+json",
    )
