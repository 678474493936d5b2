"""The catalogue of skills, under Settings: names, merging, retiring."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from contacts.models import Skill
from contacts.selectors.skills import catalogue as catalogue_of
from contacts.selectors.skills import find_skill, synonyms_of
from contacts.services import skill_catalogue as services
from contacts.skill_forms import CatalogueForm, MergeForm
from contacts.skill_seeds import OWN_LIST
from core.errors import DomainError
from core.http import UserRequest
from core.permissions import require
from core.toasts import toast

PERMISSION = "contacts.manage_skills"
PER_PAGE = 50


@login_required
@require_GET
def catalogue(request: UserRequest) -> HttpResponse:
    require(request.user, PERMISSION)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    is_retired = request.GET.get("state") == "retired"

    page = Paginator(catalogue_of(words=words, is_retired=is_retired), PER_PAGE).get_page(
        request.GET.get("page")
    )
    shown = list(page)
    synonyms = synonyms_of(shown)
    context = {
        "page": page,
        "rows": [(skill, _also(skill, synonyms)) for skill in shown],
        "words": words,
        "is_retired": is_retired,
        "is_offered": not is_retired,
        "own_count": len(OWN_LIST),
        "is_empty": not Skill.objects.exists(),
    }
    return render(request, "contacts/skill_catalogue.html", context)


def _also(skill: Skill, synonyms: dict[int, list[str]]) -> list[str]:
    other = {skill.name_en, skill.name_nl} - {skill.name, ""}
    return [*other, *synonyms[skill.pk]]


@login_required
@require_POST
def begin_catalogue(request: UserRequest) -> HttpResponse:
    """Take over our own short list, for a house that has none."""
    require(request.user, PERMISSION)

    count = services.add_skills(new=OWN_LIST, actor=request.user)

    text = ngettext("%(n)d skill was added.", "%(n)d skills were added.", count)
    toast(request, text % {"n": count})
    return redirect("contacts:skill_catalogue")


@login_required
@require_http_methods(["GET", "POST"])
def new_skill(request: UserRequest) -> HttpResponse:
    require(request.user, PERMISSION)

    form = CatalogueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            skill = services.create_skill(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("%(name)s was added.") % {"name": skill.name})
            return redirect("contacts:skill_catalogue")
    return _page(request, form)


@login_required
@require_http_methods(["GET", "POST"])
def skill(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, PERMISSION)
    shown = get_object_or_404(Skill, uid=uid, merged_into=None)

    form = CatalogueForm(request.POST or None, initial=_initial(shown))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.update_skill(skill=shown, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("%(name)s was saved.") % {"name": saved.name})
            return redirect("contacts:skill_catalogue")
    return _page(request, form, skill=shown, people=shown.holders.count())


@login_required
@require_http_methods(["GET", "POST"])
def merge_skill(request: UserRequest, uid: UUID) -> HttpResponse:
    """First which, then what that will do to how many: it cannot be undone."""
    require(request.user, PERMISSION)
    gone = get_object_or_404(Skill, uid=uid, merged_into=None)

    form = MergeForm(request.POST or None)
    kept: Skill | None = None
    if request.method == "POST" and form.is_valid():
        kept = find_skill(form.cleaned_data["into"])
        if kept is None:
            form.add_error("into", _("There is no skill of this name."))
        elif kept == gone:
            form.add_error("into", _("A skill cannot be merged with itself."))
        elif request.POST.get("sure") == str(kept.uid):
            return _merged(request, kept, gone)
    context = {
        "form": form,
        "skill": gone,
        "kept": kept if not form.errors else None,
        "people": gone.holders.count(),
    }
    return render(request, "contacts/skill_merge.html", context, status=422 if form.errors else 200)


def _merged(request: UserRequest, kept: Skill, gone: Skill) -> HttpResponse:
    services.merge_skills(kept=kept, gone=gone, actor=request.user)
    words = {"gone": gone.name, "kept": kept.name}
    toast(request, _("%(gone)s is a name of %(kept)s from now on.") % words)
    return redirect("contacts:skill_catalogue")


@login_required
@require_POST
def retire_skill(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, PERMISSION)
    shown = get_object_or_404(Skill, uid=uid, merged_into=None)

    services.retire_skill(skill=shown, actor=request.user)

    text = _("%(name)s is offered no more.") % {"name": shown.name}
    toast(request, text, undo_url=reverse("contacts:return_skill", args=[uid]))
    return redirect("contacts:skill_catalogue")


@login_required
@require_POST
def return_skill(request: UserRequest, uid: UUID) -> HttpResponse:
    require(request.user, PERMISSION)
    shown = get_object_or_404(Skill, uid=uid, merged_into=None)

    services.restore_skill(skill=shown, actor=request.user)

    toast(request, _("%(name)s is offered again.") % {"name": shown.name})
    return redirect("contacts:skill_catalogue")


def _initial(shown: Skill) -> dict[str, Any]:
    return {
        "name_en": shown.name_en,
        "name_nl": shown.name_nl,
        "synonyms": "\n".join(synonyms_of([shown])[shown.pk]),
        "esco_uri": shown.esco_uri,
    }


def _page(request: UserRequest, form: CatalogueForm, **context: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "contacts/skill_page.html", {"form": form, **context}, status=status)
