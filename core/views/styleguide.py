"""Every part of the interface in every state, with what one writes to get it.

Each example is a template of its own under ``templates/styleguide/examples``: what is shown is what
was rendered, so the two cannot part.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from core.charts import Chart, Series
from core.http import UserRequest
from core.permissions import require

EXAMPLES = "styleguide/examples"
FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True, kw_only=True)
class Example:
    name: str
    source: str
    html: SafeString


@dataclass(frozen=True, kw_only=True)
class Part:
    key: str
    name: str
    examples: list[Example]


class ExampleForm(forms.Form):
    """One field of each sort, for looking at."""

    name = forms.CharField(label=_("Name"), help_text=_("As the person writes it."))
    email = forms.EmailField(label=_("E-mail address"))
    about = forms.CharField(label=_("About"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("prospect", _("Prospect")), ("alumnus", _("Alumnus"))]
    )
    born_on = forms.DateField(
        label=_("Born on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    file = forms.FileField(label=_("File"), required=False)
    dial = forms.ChoiceField(
        label=_("How often may we write?"),
        choices=[("month", _("Every month")), ("year", _("Once a year")), ("never", _("Never"))],
        widget=forms.RadioSelect,
        initial="year",
    )
    agreed = forms.BooleanField(
        label=_("Keep me informed"), help_text=_("You can change this at any time."), required=False
    )
    closed = forms.CharField(label=_("Not to be changed"), required=False, disabled=True)


@login_required
@require_GET
def styleguide(request: UserRequest) -> HttpResponse:
    if not settings.DEBUG:
        require(request.user, "core.operate")

    parts = _parts(request)

    return render(request, "styleguide/index.html", {"parts": parts})


def _parts(request: HttpRequest) -> list[Part]:
    context = _context()
    root = Path(settings.BASE_DIR) / "templates" / EXAMPLES
    return [
        Part(
            key=folder.name.partition("-")[2],
            name=folder.name.partition("-")[2].replace("-", " ").capitalize(),
            examples=[_example(path, context, request) for path in sorted(folder.glob("*.html"))],
        )
        for folder in sorted(root.iterdir())
    ]


def _example(path: Path, context: dict[str, object], request: HttpRequest) -> Example:
    template = f"{EXAMPLES}/{path.parent.name}/{path.name}"
    return Example(
        name=path.stem.partition("-")[2].replace("-", " ").capitalize(),
        source=path.read_text().strip(),
        html=render_to_string(template, context, request),
    )


def _context() -> dict[str, object]:
    wrong = ExampleForm({"name": "", "email": "not an address", "kind": "prospect", "dial": ""})
    days = [FIRST_DAY + timedelta(days=offset) for offset in range(14)]
    planned = [0, 42, 0, 18, 3, 0, 0, 0, 127, 0, 0, 9, 0, 0]
    return {
        "form": ExampleForm(prefix="empty"),
        "wrong": wrong,
        "long_name": "Wilhelmina Frederika Maria-Antoinetta van der Hoeven-Oude Luttikhuis-Nije",
        "trend_values": [3, 5, 4, 6, 8, 7, 9, 12, 11, 14],
        "days": [
            {"day": day, "n": n or "", "today": index == 1, "off": day.weekday() > 4}
            for index, (day, n) in enumerate(zip(days, planned, strict=True))
        ],
        "bars": Chart(
            title="Alumni stay longest in touch",
            lead="Median months between two contacts",
            kind="hbar",
            category_label="Kind",
            unit="months",
            categories=["Prospect", "Employee", "Freelancer", "Alumnus"],
            series=[Series(name="Months", values=[2.5, 1, 3, 7.5], role="blue")],
            whole=False,
        ),
        "stacked": Chart(
            title="People by kind",
            kind="stacked",
            category_label="Month",
            categories=["January", "February", "March", "April", "May", "June"],
            series=[
                Series(name="Planned", values=[40, 52, 61, 58, 70, 84], role="blue"),
                Series(name="Real", values=[22, 30, 34, 46, 48, 60], role="red"),
            ],
        ),
        "lines": Chart(
            title="Replies grow where a person writes",
            kind="line",
            category_label="Week",
            unit="%",
            categories=[f"W{week}" for week in range(1, 13)],
            series=[
                Series(
                    name="By hand",
                    values=[12, 14, 13, 17, 19, 18, 22, 24, 23, 27, 29, 31],
                    role="red",
                ),
                Series(
                    name="Automatic",
                    values=[9, 9, 10, 8, 9, 11, 10, 9, 10, 11, 10, 12],
                    role="blue",
                ),
            ],
            target=25,
            target_label="aim",
        ),
        "nothing": Chart(
            title="Touchpoints",
            kind="bar",
            categories=["May"],
            series=[Series(name="Sent", values=[0])],
        ),
    }
