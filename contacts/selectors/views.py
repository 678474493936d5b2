"""The saved views of the people list, as a user has them."""

from collections.abc import Sequence

from contacts.models import ListSetting, SavedView
from core.models import User


def setting_of(user: User) -> ListSetting | None:
    return ListSetting.objects.filter(user=user).first()


def views_of(
    user: User, setting: ListSetting | None, *, with_owners: bool = False
) -> list[SavedView]:
    """As the tabs stand: in the user's own order, then the user's others, then those of others.
    ``with_owners``: for those who say whose they are, and for whom.
    """
    views = SavedView.objects.visible_to(user)
    views = views.select_related("owner", "unit") if with_owners else views
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
