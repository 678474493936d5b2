"""The skills of one person: adding by a line, confirming, changing, taking away with undo."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from contacts.models import Contact, ContactSkill, Skill
from contacts.selectors.skills import find_skill, near_skills, suggestions
from contacts.services.skill_catalogue import named_skills
from contacts.services.skills import SkillEntry, confirm_skills, put_skills, remove_skills
from contacts.skill_forms import ContactSkillForm, SkillForm
from contacts.skill_panel import skill_panel
from contacts.views.persons import visible_person
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast

CHANGE = "contacts.change_contact"
CHANGED = "skills-changed"
TAKEN = "skills_taken_away"
MOST_TAKEN = 10


@login_required
@require_http_methods(["GET", "POST"])
def skills(request: UserRequest, uid: UUID) -> HttpResponse:
    """The list, and the line by which another is added."""
    contact = visible_person(request, uid)
    if request.method == "POST":
        require(request.user, CHANGE, contact)

    form = SkillForm(request.POST or None, auto_id="skill-%s")
    near: list[Skill] = []
    if request.method == "POST" and form.is_valid():
        near = _nearly_the_same(form)
        if not near:
            try:
                return _added(request, contact, form)
            except DomainError as refusal:
                form.add_error("name", str(refusal))
    return _list(request, contact, form, near)


def _nearly_the_same(form: SkillForm) -> list[Skill]:
    """What somebody may have meant who names a skill that we do not know."""
    name = form.cleaned_data["name"]
    if form.cleaned_data["is_new"] or find_skill(name) is not None:
        return []
    return near_skills(name)


def _added(request: UserRequest, contact: Contact, form: SkillForm) -> HttpResponse:
    values = form.cleaned_data
    (skill,) = named_skills(wanted=[values["name"]], actor=request.user).values()
    held = ContactSkill.objects.filter(contact=contact, skill=skill).first()
    entry = SkillEntry(
        contact_id=contact.pk,
        skill=skill,
        level=values["level"] or (held.level if held else None),
        source=values["source"],
        evidence=held.evidence if held else "",
        confirmed_on=timezone.localdate(),
    )
    put_skills(entries=[entry], actor=request.user)
    words = {"skill": skill.name}
    text = _("%(skill)s was confirmed.") if held else _("%(skill)s was added.")
    if not request.htmx:
        toast(request, text % words)
        return redirect(about_url(contact))
    return _list(request, contact, SkillForm(auto_id="skill-%s"), [], said=text % words)


def _list(
    request: UserRequest, contact: Contact, form: SkillForm, near: list[Skill], said: str = ""
) -> HttpResponse:
    if not request.htmx and not form.is_bound:
        return redirect(about_url(contact))
    context = {
        **skill_panel(contact, may_change=request.user.has_perm(CHANGE, contact)),
        "contact": contact,
        "skill_form": form,
        "near_skills": near,
        "said": said,
        "leads": request.method == "POST",
    }
    name = "contacts/skills.html#panel" if request.htmx else "contacts/skills.html"
    return render(request, name, context, status=422 if form.errors or near else 200)


def about_url(contact: Contact) -> str:
    return f"{reverse('contacts:person', args=[contact.uid])}?tab=about#skills"


@login_required
@require_GET
def skill_names(request: UserRequest) -> HttpResponse:
    """What one may mean by what was typed so far: the options under the field."""
    require(request.user, "contacts.view_contact")
    typed = request.GET.get("q", "").replace("\x00", "")[:100]
    return render(request, "contacts/skill_names.html", {"found": suggestions(typed)})


@login_required
@require_http_methods(["GET", "POST"])
def edit_skill(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _row(request, uid)

    form = ContactSkillForm(request.POST or None, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        entry = SkillEntry(contact_id=row.contact_id, skill=row.skill, **form.cleaned_data)
        put_skills(entries=[entry], actor=request.user)
        return _back(request, row, _("%(skill)s was saved.") % {"skill": row.skill.name})

    context = {"form": form, "row": row, "contact": row.contact}
    name = "contacts/skill_edit.html#form" if request.htmx else "contacts/skill_edit.html"
    return render(request, name, context, status=422 if form.errors else 200)


@login_required
@require_POST
def confirm_skill(request: UserRequest, uid: UUID) -> HttpResponse:
    """One press: it still holds, as of today."""
    row = _row(request, uid)

    confirm_skills(skills=[row], actor=request.user, on=timezone.localdate())

    return _back(request, row, _("%(skill)s was confirmed.") % {"skill": row.skill.name})


@login_required
@require_POST
def remove_skill(request: UserRequest, uid: UUID) -> HttpResponse:
    row = _row(request, uid)

    _Taken.of(row).keep(request)
    remove_skills(skills=[row], actor=request.user)

    undo_url = reverse("contacts:restore_skill", args=[row.contact.uid, row.skill.uid])
    return _back(
        request, row, _("%(skill)s was taken away.") % {"skill": row.skill.name}, undo_url=undo_url
    )


@login_required
@require_POST
def restore_skill(request: UserRequest, uid: UUID, skill_uid: UUID) -> HttpResponse:
    """Give back what this user took away a moment ago."""
    contact = visible_person(request, uid)
    require(request.user, CHANGE, contact)

    taken = _Taken.kept(request, contact, skill_uid)
    skill = Skill.objects.filter(uid=skill_uid).first()
    if taken is None or skill is None:
        toast(request, _("This cannot be undone any more."))
    else:
        put_skills(entries=[taken.entry(contact, skill)], actor=request.user)
        toast(request, _("%(skill)s is back.") % {"skill": skill.name})
    return HttpResponseClientRefresh() if request.htmx else redirect(about_url(contact))


@dataclass(frozen=True)
class _Taken:
    """A row as it was, kept in the session of who took it away: for the undo, and no longer."""

    contact: str
    skill: str
    level: int | None
    source: str
    evidence: str
    confirmed_on: str

    @classmethod
    def of(cls, row: ContactSkill) -> "_Taken":
        return cls(
            contact=str(row.contact.uid),
            skill=str(row.skill.uid),
            level=row.level,
            source=row.source,
            evidence=row.evidence,
            confirmed_on=row.confirmed_on.isoformat() if row.confirmed_on else "",
        )

    @classmethod
    def kept(cls, request: UserRequest, contact: Contact, skill_uid: UUID) -> "_Taken | None":
        found = [cls(**values) for values in request.session.get(TAKEN, [])]
        wanted = (str(contact.uid), str(skill_uid))
        return next((one for one in reversed(found) if (one.contact, one.skill) == wanted), None)

    def keep(self, request: UserRequest) -> None:
        held = request.session.get(TAKEN, [])
        request.session[TAKEN] = [*held, vars(self)][-MOST_TAKEN:]

    def entry(self, contact: Contact, skill: Skill) -> SkillEntry:
        return SkillEntry(
            contact_id=contact.pk,
            skill=skill,
            level=self.level,
            source=self.source,
            evidence=self.evidence,
            confirmed_on=date.fromisoformat(self.confirmed_on) if self.confirmed_on else None,
        )


def _row(request: UserRequest, uid: UUID) -> ContactSkill:
    rows = ContactSkill.objects.visible_to(request.user).select_related("contact", "skill")
    row = get_object_or_404(rows, uid=uid)
    require(request.user, CHANGE, row.contact)
    return row


def _initial(row: ContactSkill) -> dict[str, Any]:
    return {
        "level": row.level,
        "source": row.source,
        "confirmed_on": row.confirmed_on,
        "evidence": row.evidence,
    }


def _back(
    request: UserRequest, row: ContactSkill, text: str, *, undo_url: str = ""
) -> HttpResponse:
    """For htmx an empty answer: it closes the dialog, and the list renews itself."""
    toast(request, text, undo_url=undo_url)
    if request.htmx:
        return trigger_client_event(HttpResponse(), CHANGED)
    return redirect(about_url(row.contact))
