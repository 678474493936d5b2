"""The saved views of the people list, as a user has them."""

from collections.abc import Sequence

from contacts.models import ListSetting, SavedView
from contacts.models.access import sharing_units
from contacts.models.saved_view import SEE
from core.models import User
from core.prepared import Given, Prepared

_SETTING = Prepared(lambda: ListSetting.objects.filter(user=Given("user")))
_ALL_VIEWS = Prepared(lambda: SavedView.objects.for_reader(Given("user"), None))
_VIEWS_IN_UNITS = Prepared(lambda: SavedView.objects.for_reader(Given("user"), Given("units")))


def setting_of(user: User) -> ListSetting | None:
    return next(iter(_SETTING(user=user.pk)), None)


def views_of(
    user: User, setting: ListSetting | None, *, with_owners: bool = False
) -> list[SavedView]:
    """As the tabs stand: in the user's own order, then the user's others, then those of others.
    ``with_owners``: for those who say whose they are, and for whom.
    """
    if with_owners:
        views = list(SavedView.objects.visible_to(user).select_related("owner", "unit"))
    else:
        units = sharing_units(user, SEE)
        asked = _ALL_VIEWS if units is None else _VIEWS_IN_UNITS
        views = asked(user=user.pk, units=units)
    place = {uid: at for at, uid in enumerate(setting.order if setting else ())}

    def order(view: SavedView) -> tuple[int, bool, str]:
        return (
            place.get(str(view.uid), len(place)),
            view.owner_id != user.pk,
            view.name.casefold(),
        )

    return sorted(views, key=order)


def lost_filters(view: SavedView, kept: Sequence[str]) -> list[str]:
    """The filters of a view that its reader may not use."""
    return [key for key in view.selection if key not in kept]
