"""One small form: in the dialog for htmx, else on a page of its own."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.http import UserRequest
from relationships.views.returning import next_url


def ask(
    request: UserRequest,
    form: forms.BaseForm,
    *,
    title: str,
    submit: str,
    action: str = "",
    back: str = "",
) -> HttpResponse:
    """Show ``form``. ``action``: where it goes, if not here; ``back``: where leaving it leads."""
    first = next(iter(form.visible_fields()), None)
    if first is not None and not form.errors:
        first.field.widget.attrs |= {"autofocus": True, "data-autofocus": True}
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "action": action or request.path,
        "next": next_url(request, back or reverse("relationships:desk")),
    }
    name = "relationships/ask.html#form" if request.htmx else "relationships/ask.html"
    return render(request, name, context, status=422 if form.errors else 200)
