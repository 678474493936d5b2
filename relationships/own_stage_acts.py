"""What we do ourselves when somebody comes to a stage or leaves it: a task, word to a colleague."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contacts.models import Contact
from core.mail import as_html, queue_mail
from core.models import User
from relationships.models import AutomationRun, FollowUp
from relationships.selectors.colleagues import colleagues
from relationships.services.follow_ups import NewFollowUp, close_follow_up, create_follow_ups
from relationships.stage_acts import Entry, Options, Outcome, StageAct, done, left_out, register

OWNER, MOVER = "owner", "mover"
NOBODY, UNSEEN, KNOWS = "nobody", "cannot_see", "knows"
NAMED = 20


class WhoForm(forms.Form):
    """For whom: the owner of the relationship, whoever made the move, or one colleague."""

    who = forms.ChoiceField(label=_("For whom"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {str(one.uid): one.name for one in colleagues()}
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            (OWNER, _("The owner of the relationship")),
            (MOVER, _("Whoever moved them")),
            (_("A colleague"), list(self.names.items())),
        ]

    def options(self) -> Options:
        who = self.cleaned_data["who"]
        return {"who": who, "name": self.names.get(who, "")}


class TaskForm(WhoForm):
    title = forms.CharField(label=_("What to do"), max_length=150)
    days = forms.IntegerField(label=_("In how many days"), min_value=0, max_value=1095, initial=7)
    body = forms.CharField(
        label=_("Notes"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    field_order = ["title", "days", "who", "body"]

    def options(self) -> Options:
        kept = {name: self.cleaned_data[name] for name in ("title", "days", "body")}
        return {**super().options(), **kept}


class NotifyForm(WhoForm):
    """Nothing more is asked: who, when and where stand in the mail."""


def who_words(options: Options) -> str:
    words = {OWNER: _t("the owner"), MOVER: _t("whoever moved them")}
    return words.get(options["who"]) or str(options["name"])


def task_words(options: Options) -> str:
    words = {"title": options["title"], "who": who_words(options), "count": options["days"]}
    if not options["days"]:
        return _t("a task for %(who)s, today: “%(title)s”") % words
    return (
        ngettext(
            "a task for %(who)s in %(count)s day: “%(title)s”",
            "a task for %(who)s in %(count)s days: “%(title)s”",
            options["days"],
        )
        % words
    )


def notify_words(options: Options) -> str:
    return _t("a mail to %(who)s") % {"who": who_words(options)}


def _recipients(entries: Sequence[Entry], options: Options) -> dict[int, User | Outcome]:
    """For whom it is, by run; or why for nobody: there is none, or they cannot see the person."""
    chosen: dict[int, User | None] = {}
    one = None
    if options["who"] not in (OWNER, MOVER):
        one = User.objects.filter(uid=options["who"], is_active=True).first()
    for entry in entries:
        given = {OWNER: entry.owner or entry.mover, MOVER: entry.mover or entry.owner}
        found = given.get(options["who"], one)
        chosen[entry.run_id] = found if found is not None and found.is_active else None
    seen = _seen(entries, chosen)
    answers: dict[int, User | Outcome] = {}
    for entry in entries:
        user = chosen[entry.run_id]
        if user is None:
            answers[entry.run_id] = left_out(NOBODY)
        elif (user.pk, entry.contact.pk) not in seen:
            answers[entry.run_id] = left_out(UNSEEN)
        else:
            answers[entry.run_id] = user
    return answers


def _seen(entries: Sequence[Entry], chosen: Mapping[int, User | None]) -> set[tuple[int, int]]:
    """The pairs of colleague and person where the one may open the other: a query a colleague."""
    users = {user.pk: user for user in chosen.values() if user is not None}
    pairs = set()
    for user in users.values():
        ids = [one.contact.pk for one in entries if chosen[one.run_id] == user]
        found = Contact.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
        pairs |= {(user.pk, pk) for pk in found}
    return pairs


def give_tasks(entries: Sequence[Entry], options: Options, now: datetime) -> Mapping[int, Outcome]:
    due_on = timezone.localdate(now) + timedelta(days=options["days"])
    answers = _recipients(entries, options)
    given = [one for one in entries if isinstance(answers[one.run_id], User)]
    made = create_follow_ups(
        new=[
            NewFollowUp(
                contact=one.contact,
                title=options["title"],
                body=options["body"],
                due_on=due_on,
                assignee=_user(answers[one.run_id]),
            )
            for one in given
        ],
        actor=None,
    )
    tasks = {one.run_id: done(task.pk) for one, task in zip(given, made, strict=True)}
    refused = {pk: answer for pk, answer in answers.items() if isinstance(answer, Outcome)}
    return tasks | refused


def _user(answer: User | Outcome) -> User | None:
    return answer if isinstance(answer, User) else None


def take_tasks_back(runs: Sequence[AutomationRun], now: datetime) -> None:
    """Those that nobody did yet are not needed."""
    ids = [run.made_id for run in runs if run.made_id is not None]
    for task in FollowUp.objects.open().filter(pk__in=ids).order_by("pk"):
        close_follow_up(
            follow_up=task,
            actor=None,
            state=FollowUp.State.NOT_NEEDED,
            outcome=_t("The move was taken back"),
            now=now,
        )


@transaction.atomic
def send_word(entries: Sequence[Entry], options: Options, now: datetime) -> Mapping[int, Outcome]:
    """One mail to each colleague, whoever and however many came or left. Nobody is told of what
    they did themselves.
    """
    answers = _recipients(entries, options)
    outcomes: dict[int, Outcome] = {}
    news: dict[int, tuple[User, list[Entry]]] = {}
    for entry in entries:
        answer = answers[entry.run_id]
        if isinstance(answer, Outcome):
            outcomes[entry.run_id] = answer
        elif answer == entry.mover:
            outcomes[entry.run_id] = left_out(KNOWS)
        else:
            news.setdefault(answer.pk, (answer, []))[1].append(entry)
            outcomes[entry.run_id] = done()
    for user, told in news.values():
        _write_to(user, told)
    return outcomes


def _write_to(user: User, told: Sequence[Entry]) -> None:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        lines = [
            _t("%(name)s is now at “%(stage)s”:\n%(url)s")
            % {
                "name": one.contact.full_name,
                "stage": one.relationship.stage.label,
                "url": settings.BASE_URL + reverse("contacts:person", args=[one.contact.uid]),
            }
            for one in told[:NAMED]
        ]
        if len(told) > NAMED:
            rest = len(told) - NAMED
            lines.append(
                ngettext("And %(count)s other.", "And %(count)s others.", rest) % {"count": rest}
            )
        subject = (
            _t("%(name)s is now at “%(stage)s”")
            % {
                "name": told[0].contact.full_name,
                "stage": told[0].relationship.stage.label,
            }
            if len(told) == 1
            else ngettext(
                "%(count)s person moved to another stage",
                "%(count)s people moved to another stage",
                len(told),
            )
            % {"count": len(told)}
        )
        text = "\n\n".join(lines)
        queue_mail(to=user.email, subject=subject, text=text, html=as_html(subject, text))


WHO_REASONS = {
    NOBODY: _("There is nobody to give it to"),
    UNSEEN: _("That colleague cannot see this person"),
    KNOWS: _("They made the move themselves"),
}
register(
    StageAct(
        key="task",
        label=_("Give somebody a task"),
        icon="square-check-big",
        form=TaskForm,
        words=task_words,
        run=give_tasks,
        undo=take_tasks_back,
        reasons=WHO_REASONS,
    )
)
register(
    StageAct(
        key="notify",
        label=_("Tell somebody by mail"),
        icon="bell-ring",
        form=NotifyForm,
        words=notify_words,
        run=send_word,
        reasons=WHO_REASONS,
    )
)
