"""Keeping ways to look at the list of people: one's own, and those that others share."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.listing import Selection
from contacts.models import ListSetting, OrgUnit, SavedView
from contacts.models.access import covers, visible_units
from core.errors import DomainError
from core.models import User

MOST_VIEWS = 50
# How long a deleted view can be brought back.
KEPT_FOR = timedelta(days=7)


class ViewRefused(DomainError):
    code = "view_refused"


def create_view(
    *,
    actor: User,
    name: str,
    selection: Selection,
    sort: str,
    columns: Sequence[str],
    is_shared: bool = False,
    unit: OrgUnit | None = None,
) -> SavedView:
    """Keep a view under a name; for oneself, or shared with a part that one belongs to."""
    if SavedView.objects.filter(owner=actor, deleted_at=None).count() >= MOST_VIEWS:
        raise ViewRefused(_("You have as many views as one can have. Delete one first."))
    view = SavedView(owner=actor, selection=selection, sort=sort, columns=list(columns))
    _name(view, name)
    _share(view, actor, is_shared=is_shared, unit=unit)
    return _kept(view)


def change_view(
    *,
    view: SavedView,
    actor: User,
    name: str,
    is_shared: bool,
    unit: OrgUnit | None,
) -> SavedView:
    """Another name, other readers."""
    current = _own(view, actor)
    _name(current, name)
    if (current.is_shared, current.unit_id) != (is_shared, unit.pk if unit else None):
        _share(current, actor, is_shared=is_shared, unit=unit)
    return _kept(current)


@transaction.atomic
def save_view(
    *, view: SavedView, actor: User, selection: Selection, sort: str, columns: Sequence[str]
) -> SavedView:
    """Let the view show this from now on, to everybody who reads it."""
    current = _own(view, actor)
    current.selection, current.sort, current.columns = selection, sort, list(columns)
    current.save()
    forget_columns(user=actor, view=current)
    return current


def delete_view(*, view: SavedView, actor: User) -> None:
    """Take it away from everybody; it can be brought back for some days."""
    current = _own(view, actor)
    current.deleted_at = timezone.now()
    current.save(update_fields=["deleted_at", "updated_at"])
    old = timezone.now() - KEPT_FOR
    SavedView.objects.filter(owner=actor, deleted_at__lt=old).delete()


def restore_view(*, view: SavedView, actor: User) -> SavedView:
    if view.owner_id != actor.pk:
        raise ViewRefused(_("This view belongs to a colleague."))
    view.deleted_at = None
    return _kept(view)


@transaction.atomic
def choose_columns(*, user: User, view: SavedView | None, columns: Sequence[str]) -> None:
    """Remember which columns ``user`` sees in that view, or in the list without one."""
    setting = _locked_setting(user)
    setting.columns[str(view.uid) if view else ""] = list(columns)
    setting.save()


@transaction.atomic
def forget_columns(*, user: User, view: SavedView | None) -> None:
    """Back to those of the view."""
    setting = _locked_setting(user)
    if setting.columns.pop(str(view.uid) if view else "", None) is not None:
        setting.save()


@transaction.atomic
def arrange_views(*, user: User, order: Sequence[SavedView]) -> None:
    setting = _locked_setting(user)
    setting.order = [str(view.uid) for view in order]
    setting.save()


@transaction.atomic
def open_first(*, user: User, view: SavedView | None) -> None:
    """What the list opens with: a view, or (None) everybody."""
    setting = _locked_setting(user)
    setting.first_view = view
    setting.save()


def _locked_setting(user: User) -> ListSetting:
    """Two tabs that are arranged at once must not lose each other's choice."""
    ListSetting.objects.get_or_create(user=user)
    return ListSetting.objects.select_for_update().get(user=user)


def _own(view: SavedView, actor: User) -> SavedView:
    if view.owner_id != actor.pk:
        raise ViewRefused(_("This view belongs to a colleague; save it as one of your own."))
    return SavedView.objects.get(pk=view.pk)


def _name(view: SavedView, name: str) -> None:
    view.name = " ".join(name.replace("\x00", "").split())[:60]
    if not view.name:
        raise ViewRefused(_("A view needs a name."))


def _share(view: SavedView, actor: User, *, is_shared: bool, unit: OrgUnit | None) -> None:
    """Only with a part in which one sees people oneself; with everybody, who sees everybody."""
    if is_shared:
        is_whole = visible_units(actor, "contacts.view_contact") is None
        is_covered = covers(actor, "contacts.view_contact", unit.pk) if unit else is_whole
        if not is_covered:
            raise ViewRefused(_("You cannot share with that part of the organisation."))
    view.is_shared, view.unit = is_shared, unit if is_shared else None


def _kept(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if "one_view_per_name" not in str(error):
            raise
        raise ViewRefused(
            _("You have a view called “%(name)s” already.") % {"name": view.name}
        ) from error
    return view
