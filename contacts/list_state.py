"""What one sees of the people list: filters, order, columns, in which view; and its address.

``?view=uid`` alone is a saved view as it was saved. With ``edited`` the address says the rest
itself, so that a view can be tried with other filters and be sent to somebody as it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from contacts import listing, sorting
from contacts.listing import Column, Selection
from contacts.models import ListSetting, SavedView
from contacts.sorting import Order
from core.models import User

NO_VIEW = "all"
Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class ListState:
    """``saved`` is what the view (or the list without one) shows when nothing is asked of it;
    ``has_columns``: the address names the columns, so links go on naming them; ``is_chosen``:
    they are somebody's choice, and not what everybody sees at first.
    """

    view: SavedView | None
    selection: Selection
    order: Order
    columns: list[Column]
    has_columns: bool = False
    is_chosen: bool = False
    saved: "ListState | None" = None
    has_first_view: bool = False

    @property
    def keys(self) -> list[str]:
        return [column.key for column in self.columns]

    @property
    def is_changed(self) -> bool:
        """Whether it is no longer as the view was saved."""
        if self.view is None or self.saved is None:
            return False
        return (self.selection, self.order, self.keys) != (
            self.saved.selection,
            self.saved.order,
            self.saved.keys,
        )

    def params(
        self,
        *,
        selection: Selection | None = None,
        order: Order | None = None,
        is_open: bool = False,
    ) -> list[tuple[str, str]]:
        """This state, or one with other filters or another order, as an address says it.
        ``is_open``: a form adds to it, so it must say all by itself.
        """
        chosen = self.selection if selection is None else selection
        wanted = order or self.order
        pairs: list[tuple[str, str]] = []
        if self.view is not None:
            pairs.append(("view", str(self.view.uid)))
            saved = self.saved or self
            is_same = (chosen, wanted) == (saved.selection, saved.order)
            if is_same and not self.has_columns and not is_open:
                return pairs
            pairs.append(("edited", "1"))
        elif self.has_first_view:
            pairs.append(("view", NO_VIEW))
        pairs += [(key, value) for key, values in chosen.items() for value in values]
        if wanted.name != sorting.DEFAULT:
            pairs.append(("sort", wanted.name))
        if self.has_columns:
            pairs.append(("columns", ",".join(self.keys)))
        return pairs

    def url(
        self,
        *,
        selection: Selection | None = None,
        order: Order | None = None,
        **others: str,
    ) -> str:
        pairs = [*self.params(selection=selection, order=order), *others.items()]
        return f"{self._address}?{urlencode(pairs)}" if pairs else self._address

    @cached_property
    def _address(self) -> str:
        """A page names it fifty times, and looking it up costs more than the rest of a link."""
        return reverse("contacts:people")

    def without(self, *keys: str) -> Selection:
        return {key: values for key, values in self.selection.items() if key not in keys}


def state_of(
    asked: Asked, user: User, *, views: Sequence[SavedView], setting: ListSetting | None
) -> ListState:
    """The state that an address means for ``user``; what makes no sense in it falls away."""
    first = setting.first_view_id if setting else None
    view = _view(asked, views, first)
    remembered = setting.columns if setting else {}
    own = remembered.get(str(view.uid) if view else "", [])
    is_first = any(one.pk == first for one in views)
    plain = _plain(view, user, has_first_view=is_first)
    given = [key for value in asked.get("columns", ()) for key in value.split(",")]
    chosen = columns_named(given or own, user) or plain.columns
    is_said = view is None or "edited" in asked
    return ListState(
        view=view,
        selection=listing.clean(asked, user) if is_said else plain.selection,
        order=sorting.order_for(_one(asked, "sort"), user) if is_said else plain.order,
        columns=chosen,
        has_columns=bool(columns_named(given, user)),
        is_chosen=bool(given or own or (view and view.columns)),
        saved=plain,
        has_first_view=is_first,
    )


def columns_named(keys: Sequence[str], user: User) -> list[Column]:
    """Those of ``keys`` that ``user`` may see, each once, in that order."""
    known = {column.key: column for column in listing.columns_for(user)}
    return [known[key] for key in dict.fromkeys(keys) if key in known]


def default_columns(user: User) -> list[Column]:
    return [column for column in listing.columns_for(user) if column.is_shown]


def _plain(view: SavedView | None, user: User, *, has_first_view: bool) -> ListState:
    saved: dict[str, Any] = view.selection if view else {}
    return ListState(
        view=view,
        selection=listing.clean(saved, user),
        order=sorting.order_for(view.sort if view else sorting.DEFAULT, user),
        columns=columns_named(view.columns if view else [], user) or default_columns(user),
        has_first_view=has_first_view,
    )


def _view(asked: Asked, views: Sequence[SavedView], first: int | None) -> SavedView | None:
    """The view of the address; the one that opens first, where the address asks for nothing."""
    if not asked:
        return next((view for view in views if view.pk == first), None)
    try:
        uid = UUID(_one(asked, "view"))
    except ValueError:
        return None
    return next((view for view in views if view.uid == uid), None)


def _one(asked: Asked, key: str) -> str:
    return next(iter(asked.get(key, ())), "")
