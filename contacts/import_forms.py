"""What is asked of a file of people: the file, and how it is to be read and taken in."""

import hashlib
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.columns import in_tree_order
from contacts.freshness import CUSTOM
from contacts.imports import columns, recognise, targets
from contacts.imports.policies import Policy, option_of
from contacts.imports.recognise import Preview
from contacts.models import ImportRun, OrgUnit
from contacts.models.access import visible_units
from contacts.services.imports import Choices, presets
from core.models import User

Choice = tuple[str, str | Promise]
NONE = "none"


class _Files(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Several files at once; ``clean`` gives a list."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given or [None]]


_ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.ods,.vcf,.json,.zip"


class UploadForm(forms.Form):
    """``was_stopped``: more came in than is taken, and was let go."""

    file = _FilesField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        widget=_Files(attrs={"accept": _ACCEPTED}),
    )

    def __init__(self, *args: Any, was_stopped: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = settings.IMPORT_MAX_MEGABYTES
        too_large = _("larger than %(most)s MB. Split it, or leave out columns.") % {"most": most}
        self.fields["file"].widget.attrs |= {
            "data-most": most * 1024 * 1024,
            "data-too-large": too_large,
        }
        if was_stopped:
            message = _("The file is larger than %(most)s MB. Split it, or leave out columns.")
            self.fields["file"].error_messages["required"] = message % {"most": most}

    @property
    def files_given(self) -> "list[UploadedFile[bytes]]":
        return cast("list[UploadedFile[bytes]]", self.cleaned_data["file"])


class ReadingForm(forms.Form):
    """How the file is read. Changing one of these shows the columns anew."""

    encoding = forms.ChoiceField(label=gettext_lazy("Letters (encoding)"))
    delimiter = forms.ChoiceField(label=gettext_lazy("Between columns"))
    header_row = forms.TypedChoiceField(label=gettext_lazy("Headers"), coerce=int)

    def __init__(self, *args: Any, shown: Preview, is_text: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "encoding", list(recognise.ENCODINGS.items()))
        _offer(self, "delimiter", list(recognise.DELIMITERS.items()))
        rows = [
            (str(row.number), f"{row.number}: " + Truncator(", ".join(row.cells)).chars(60))
            for row in shown.first_rows
            if any(row.cells)
        ]
        _offer(self, "header_row", [*rows, ("0", _("There are no headers"))])
        if not is_text:
            for name in ("encoding", "delimiter"):
                self.fields[name].widget = forms.HiddenInput()


class OptionsForm(forms.Form):
    """What holds for everybody in the file."""

    unit = forms.ChoiceField(label=gettext_lazy("Kept by"))
    language = forms.ChoiceField(
        label=gettext_lazy("They read"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Where the file does not say."),
    )
    tag = forms.CharField(
        label=gettext_lazy("Tag for everybody"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("To find these people again, such as “Job fair 2026”."),
    )
    policy = forms.ChoiceField(
        label=gettext_lazy("When we know somebody already"),
        choices=[
            (Policy.FILL, gettext_lazy("Fill in what we do not have")),
            (
                Policy.NEWEST,
                gettext_lazy("Let the file change it, unless somebody said it who knows better"),
            ),
            (Policy.OVERWRITE, gettext_lazy("Let the file change it, whoever said otherwise")),
        ],
        widget=forms.RadioSelect,
    )
    system = forms.CharField(
        label=gettext_lazy("The numbers come from"),
        max_length=50,
        required=False,
        help_text=gettext_lazy("Short name of the system, such as “afas”. Numbers are its own."),
    )
    trusts_email = forms.BooleanField(
        label=gettext_lazy("One e-mail address is one person, whatever the names"),
        required=False,
    )
    heeds_notes = forms.BooleanField(
        label=gettext_lazy("A note such as “niet mailen” marks the person “do not contact”"),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit_ids = visible_units(user, "contacts.import_contacts")
        units = OrgUnit.objects.all()
        if unit_ids is not None:
            units = units.filter(pk__in=unit_ids)
        tree = [
            (str(unit.uid), "\u2003" * depth + unit.name) for unit, depth in in_tree_order(units)
        ]
        whole = [] if unit_ids is not None else [(NONE, _("The whole organisation"))]
        _offer(self, "unit", [*whole, *tree])
        for option in targets.options():
            self.fields[f"option_{option.key}"] = forms.ChoiceField(
                label=str(option.label),
                help_text=str(option.help),
                choices=[(key or NONE, label) for key, label in option.choices()],
            )

    @property
    def target_fields(self) -> list[forms.BoundField]:
        return [self[f"option_{option.key}"] for option in targets.options()]

    def clean_unit(self) -> OrgUnit | None:
        chosen = self.cleaned_data["unit"]
        return None if chosen == NONE else OrgUnit.objects.get(uid=chosen)

    def clean_system(self) -> str:
        return slugify(self.cleaned_data["system"])[:50] or "import"

    def options(self) -> dict[str, str]:
        given = self.cleaned_data
        options = {name: given[name] for name in ("language", "tag", "policy", "system")}
        for name in ("trusts_email", "heeds_notes"):
            options[name] = "yes" if given[name] else "no"
        for option in targets.options():
            chosen = given[f"option_{option.key}"]
            options[option.key] = "" if chosen == NONE else chosen
        return options


_POLICIES = [
    ("", gettext_lazy("As for the file")),
    (Policy.FILL, gettext_lazy("Only when empty")),
    (Policy.NEWEST, gettext_lazy("The newest")),
    (Policy.OVERWRITE, gettext_lazy("Take the file’s")),  # noqa: RUF001
    (Policy.KEEP, gettext_lazy("Keep ours")),
]


class ColumnsForm(forms.Form):
    """What each column of the file becomes. ``columns_of`` names the columns that were shown."""

    columns_of = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, shown: Preview, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        choices = target_choices()
        for place, header in enumerate(shown.headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=header or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                required=False,
            )
            self.fields[f"policy_{place}"] = forms.ChoiceField(
                label=_("When we know somebody already: %(column)s")
                % {"column": header or place + 1},
                choices=_POLICIES,
                required=False,
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField | None, list[str]]]:
        """Each column with its policy, if it has one, and with what stands in it, as examples."""
        return [
            (
                self[f"column_{place}"],
                self[f"policy_{place}"] if self._has_policy(place) else None,
                _examples(self.shown.rows, place),
            )
            for place in range(len(self.shown.headers))
        ]

    def _has_policy(self, place: int) -> bool:
        """Not what speaks of our relationships, or is left out: there nothing is laid over."""
        key = str(self[f"column_{place}"].value() or "")
        return key in columns.BY_KEY or key.startswith(CUSTOM)

    def policies(self) -> dict[str, str]:
        """As options of the run. Of several columns for one target the first that says."""
        chosen: dict[str, str] = {}
        for place, key in self.mapping().items():
            policy = self.cleaned_data[f"policy_{place}"]
            if key and policy:
                chosen.setdefault(option_of(key), policy)
        return chosen

    def mapping(self) -> dict[int, str]:
        return {
            place: self.cleaned_data[f"column_{place}"] for place in range(len(self.shown.headers))
        }


class ImportForms:
    """The three parts of the page, bound together. ``data`` None: as recognised or kept."""

    def __init__(self, run: ImportRun, shown: Preview, user: User, data: Any = None) -> None:
        self.reading = ReadingForm(
            data,
            shown=shown,
            is_text=run.file_format == "csv",
            initial={
                "encoding": shown.encoding,
                "delimiter": shown.delimiter,
                "header_row": shown.header_row,
            },
        )
        self.columns = ColumnsForm(data, shown=shown, initial=initial_columns(run, shown))
        self.options = OptionsForm(data, user=user, initial=_initial_options(run))
        self.parts = (self.reading, self.columns, self.options)

    def is_valid(self) -> bool:
        """Asks all three, so that every fault shows at once."""
        faulty = [part for part in self.parts if not part.is_valid()]
        return not faulty

    def choices(self) -> Choices:
        return Choices(
            **self.reading.cleaned_data,
            mapping=self.columns.mapping(),
            options={**self.options.options(), **self.columns.policies()},
            unit=self.options.cleaned_data["unit"],
        )


def target_choices() -> list[Any]:
    """What a column may become, in groups; first, to leave it out."""
    groups: dict[str, list[Choice]] = {}
    for column in columns.COLUMNS:
        groups.setdefault(str(column.group), []).append((column.key, column.label))
    for target in targets.all_targets():
        offered: list[Choice] = [(one.key, one.label) for one in target.all_fields]
        if offered:
            groups[str(target.label)] = offered
    return [("", _("Leave out")), *groups.items()]


def _examples(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    cells = (row[place].strip() for row in rows if place < len(row))
    return [Truncator(cell).chars(40) for cell in dict.fromkeys(cells) if cell][:3]


def name_of_columns(shown: Preview) -> str:
    return hashlib.sha256(repr(shown.headers).encode()).hexdigest()[:16]


def initial_columns(run: ImportRun, shown: Preview) -> dict[str, str]:
    """What was chosen before, as long as the file is read into the same columns."""
    kept = run.mapping if run.columns == shown.headers else None
    chosen = {
        f"column_{place}": kept.get(str(place), "") if kept is not None else meaning
        for place, meaning in enumerate(shown.meanings)
    }
    policies = {
        f"policy_{place}": run.options.get(option_of(chosen[f"column_{place}"]), "")
        for place in range(len(shown.meanings))
    }
    return {**chosen, **policies, "columns_of": name_of_columns(shown)}


def _initial_options(run: ImportRun) -> dict[str, Any]:
    options = {**presets(run), **run.options}
    initial: dict[str, Any] = {**options, "unit": str(run.unit.uid) if run.unit else NONE}
    for name in ("trusts_email", "heeds_notes"):
        initial[name] = options[name] == "yes"
    for option in targets.options():
        initial[f"option_{option.key}"] = options.get(option.key) or NONE
    return initial


def _offer(form: forms.Form, name: str, choices: Sequence[Choice]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices
