"""What contacts itself offers to do to many people: tags on, tags off, aside."""

from typing import Any

from django import forms
from django.utils.text import get_text_list
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.bulk_acts import BulkAct, Options, register
from contacts.models import Tag
from contacts.services import archiving, tagging
from core.models import User

CHANGE = "contacts.change_contact"
MOST_TAGS = 20


class TagsForm(forms.Form):
    """Tags by name; new ones are made."""

    tags = forms.CharField(label=_("Tags"), max_length=500, help_text=_("Parted by commas."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].widget.attrs["autocomplete"] = "off"

    def clean_tags(self) -> list[str]:
        text: str = self.cleaned_data["tags"]
        names = [" ".join(name.replace("\x00", "").split())[:60] for name in text.split(",")]
        wanted = list(dict.fromkeys(name for name in names if name))[:MOST_TAGS]
        if not wanted:
            raise forms.ValidationError(_t("Give at least one tag."))
        return wanted

    def options(self) -> Options:
        return {"tags": self.cleaned_data["tags"]}


class HeldTagsForm(forms.Form):
    """Tags among those there are."""

    tags = forms.MultipleChoiceField(label=_("Tags"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Tag.objects.order_by("name").values_list("name", flat=True)
        self.fields["tags"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    def options(self) -> Options:
        return {"tags": self.cleaned_data["tags"]}


def _named(options: Options) -> str:
    return get_text_list([f"“{name}”" for name in options["tags"]], _t("and"))


register(
    BulkAct(
        key="tag",
        label=_("Tag"),
        icon="tag",
        position=10,
        permission=CHANGE,
        form=TagsForm,
        words=lambda options: _t("tag with %(tags)s") % {"tags": _named(options)},
        run=tagging.tag_all,
        undo=tagging.undo_tagging,
    )
)
register(
    BulkAct(
        key="untag",
        label=_("Take a tag away"),
        icon="x",
        position=20,
        permission=CHANGE,
        form=HeldTagsForm,
        words=lambda options: _t("take %(tags)s away") % {"tags": _named(options)},
        run=tagging.untag_all,
        undo=tagging.undo_untagging,
    )
)
register(
    BulkAct(
        key="archive",
        label=_("Put aside"),
        icon="archive",
        position=90,
        permission=CHANGE,
        words=lambda options: _t("put aside"),
        run=archiving.archive_all,
        undo=archiving.undo_archiving,
    )
)
