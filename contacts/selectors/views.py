"""The saved views of the people list, as a user has them."""

from collections.abc import Sequence

from contacts.models import ListSetting, SavedView
from contacts.models.access import sharing_units
from contacts.models.saved_view import SEE
from core.models import User
from core.written import Written

_setting: Written[ListSetting] = Written(lambda user_id: ListSetting.objects.filter(user=user_id))
_views: Written[SavedView] = Written(SavedView.objects.for_reader)


def setting_of(user: User) -> ListSetting | None:
    return next(iter(_setting(user.pk)), None)


def views_of(
    user: User, setting: ListSetting | None, *, with_owners: bool = False
) -> list[SavedView]:
    """As the tabs stand: in the user's own order, then the user's others, then those of others.
    ``with_owners``: for those who say whose they are, and for whom.
    """
    if with_owners:
        views = list(SavedView.objects.visible_to(user).select_related("owner", "unit"))
    else:
        views = _views(user.pk, sharing_units(user, SEE))
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
