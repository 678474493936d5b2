"""The kinds of ties that an organisation tells apart."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import audit
from core.models import User
from relationships.models import TieKind
from relationships.services.ties import TieRefused

NAMES = ("name_en", "name_nl", "inverse_en", "inverse_nl")


@transaction.atomic
def create_kind(*, actor: User, among: str, **names: str) -> TieKind:
    """``names``: of ``NAMES``. Only between two people is there another way round."""
    words = _words(among, names)
    key = _free_key(words["name_en"] or words["name_nl"])
    last = TieKind.objects.aggregate(last=Max("position"))["last"]
    kind = TieKind.objects.create(
        key=key, among=among, position=0 if last is None else last + 1, **words
    )
    audit.record(actor=actor, action="relationships.tie_kind_added", target=kind, key=key)
    return kind


@transaction.atomic
def change_kind(*, kind: TieKind, actor: User, **names: str) -> TieKind:
    """Call it otherwise: its ties are read by the new names, also those of before."""
    current = TieKind.objects.select_for_update().get(pk=kind.pk)
    words = _words(current.among, names)
    was_symmetric = current.is_symmetric
    changed = [name for name, word in words.items() if getattr(current, name) != word]
    for name in changed:
        setattr(current, name, words[name])
    if changed and was_symmetric != current.is_symmetric and current.ties.exists():
        raise TieRefused(
            _("There are ties of this kind: whether it has another way round cannot change.")
        )
    if changed:
        current.save(update_fields=[*changed, "updated_at"])
        audit.record(
            actor=actor,
            action="relationships.tie_kind_changed",
            target=current,
            fields=sorted(changed),
        )
    return current


@transaction.atomic
def retire_kind(*, kind: TieKind, actor: User, now: datetime | None = None) -> None:
    """Offer it no more. Its ties stay as they are."""
    rows = TieKind.objects.filter(pk=kind.pk, retired_at=None)
    if rows.update(retired_at=now or timezone.now(), updated_at=timezone.now()):
        audit.record(actor=actor, action="relationships.tie_kind_retired", target=kind)


@transaction.atomic
def restore_kind(*, kind: TieKind, actor: User) -> None:
    rows = TieKind.objects.filter(pk=kind.pk, retired_at__isnull=False)
    if rows.update(retired_at=None, updated_at=timezone.now()):
        audit.record(actor=actor, action="relationships.tie_kind_restored", target=kind)


def _words(among: str, names: dict[str, str]) -> dict[str, str]:
    words = {name: " ".join(names.get(name, "").split())[:60] for name in NAMES}
    if not words["name_en"] and not words["name_nl"]:
        raise TieRefused(_("Give it a name in one of the languages."))
    if among != TieKind.Among.PERSON:
        words |= {"inverse_en": "", "inverse_nl": ""}
    return words


def _free_key(name: str) -> str:
    base = slugify(name)[:40] or "tie"
    taken = set(TieKind.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(
        key for key in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if key not in taken
    )
