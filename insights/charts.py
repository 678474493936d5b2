"""The dashboard's figures as charts: each says what it found in its title."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts import Chart, Role, Series
from insights.selectors.channels import SORTS, Channels, Sort
from insights.selectors.dashboard import Dashboard, KindCount
from insights.selectors.stays import Funnel, TimeAtStage

MOST_FLOWS = 10
WRITTEN = "written"


def people_chart(kind: KindCount) -> Chart:
    """Where the relationships of one kind stand now."""
    fullest = max(kind.stages, key=lambda stage: stage.people, default=None)
    title = f"{kind.label}: {kind.people}"
    if fullest is not None and fullest.people:
        title = _("%(kind)s: %(people)s, most of them at “%(stage)s”") % {
            "kind": kind.label,
            "people": kind.people,
            "stage": fullest.label,
        }
    return Chart(
        title=title,
        kind="hbar",
        category_label=_("Stage"),
        categories=[stage.label for stage in kind.stages],
        series=[Series(name=_("People"), values=[stage.people for stage in kind.stages])],
    )


def flow_chart(figures: Dashboard) -> Chart:
    """The busiest arrows of the month."""
    flows = figures.flows[:MOST_FLOWS]
    new = _("new")
    title = _("Nobody moved this month")
    if flows:
        title = ngettext("%(count)s move", "%(count)s moves", figures.moves) % {
            "count": figures.moves
        }
    return Chart(
        title=title,
        lead=_("The ten busiest arrows") if len(figures.flows) > MOST_FLOWS else "",
        kind="hbar",
        category_label=_("From and to"),
        categories=[
            f"{flow.kind_label}: {flow.from_label or new} → {flow.to_label}" for flow in flows
        ],
        series=[Series(name=_("Moves"), values=[flow.moves for flow in flows], role="blue")],
    )


def contact_chart(figures: Dashboard) -> Chart:
    """Human contact beside what machines sent, week by week."""
    ratio = figures.high_touch_ratio
    title = _("No contact in these weeks")
    if ratio is not None:
        title = _("%(percent)s%% of our contact moments were two people talking") % {
            "percent": round(100 * ratio)
        }
    return Chart(
        title=title,
        kind="stacked",
        category_label=_("Week of"),
        categories=[
            formats.date_format(week.monday, "SHORT_MONTH_DAY_FORMAT") for week in figures.weeks
        ],
        series=[
            Series(
                name=_("People, both ways"), values=[w.two_way for w in figures.weeks], role="red"
            ),
            Series(
                name=_("People, from us"), values=[w.one_way for w in figures.weeks], role="act"
            ),
            Series(name=_("Automated"), values=[w.automated for w in figures.weeks], role="quiet"),
        ],
    )


def workload_chart(figures: Dashboard) -> Chart:
    """Who has how many tasks to do."""
    title = _("Nothing is overdue")
    if figures.overdue:
        title = ngettext(
            "%(count)s task is overdue", "%(count)s tasks are overdue", figures.overdue
        ) % {"count": figures.overdue}
    return Chart(
        title=title,
        kind="stacked",
        category_label=_("Colleague"),
        categories=[workload.name for workload in figures.workloads],
        series=[
            Series(name=_("Overdue"), values=[w.overdue for w in figures.workloads], role="red"),
            Series(name=_("Today"), values=[w.today for w in figures.workloads], role="act"),
            Series(
                name=_("Next seven days"),
                values=[w.this_week for w in figures.workloads],
                role="quiet",
            ),
        ],
    )


def reached_chart(found: Funnel) -> Chart:
    """How many of those who began came to each stage."""
    title = _("Nobody began in these days")
    if found.begun:
        title = ngettext(
            "Of %(count)s who began, so many came to each stage",
            "Of %(count)s who began, so many came to each stage",
            found.begun,
        ) % {"count": formats.number_format(found.begun, force_grouping=True)}
    return Chart(
        title=title,
        kind="hbar",
        category_label=_("Stage"),
        categories=[one.stage.label for one in found.reached],
        series=[Series(name=_("People"), values=[one.people for one in found.reached])],
    )


def time_chart(found: Funnel) -> Chart:
    """Half of them, and nine in ten, are gone from each stage within so many days."""
    slowest = max((one for one in found.times if one.median), key=_median, default=None)
    title = _("How long people stay at each stage")
    if slowest is not None and slowest.median is not None:
        title = ngettext(
            "They stay longest at “%(stage)s”: half of them %(days)s day or more",
            "They stay longest at “%(stage)s”: half of them %(days)s days or more",
            slowest.median,
        ) % {"stage": slowest.stage.label, "days": slowest.median}
    return Chart(
        title=title,
        kind="hbar",
        category_label=_("Stage"),
        unit=_("days"),
        categories=[one.stage.label for one in found.times],
        series=[
            Series(name=_("Half are gone within"), values=[one.median for one in found.times]),
            Series(
                name=_("Nine in ten are gone within"),
                values=[one.p90 for one in found.times],
                role="quiet",
            ),
        ],
    )


def channels_chart(found: Channels) -> Chart:
    """How we were in touch, the deepest first; what machines sent apart."""
    lines = [line for depth in found.depths for line in depth.channels]
    title = _("No contact in these days")
    if found.total.human:
        close = sum(depth.human for depth in found.depths if depth.name != WRITTEN)
        title = _("%(percent)s%% of what people said was face to face or by voice") % {
            "percent": round(100 * close / found.total.human)
        }
    roles: dict[Sort, Role] = {
        Sort.BOTH_WAYS: "red",
        Sort.FROM_US: "act",
        Sort.FROM_THEM: "blue",
        Sort.AUTOMATED: "quiet",
    }
    return Chart(
        title=title,
        kind="hstacked",
        category_label=_("Channel"),
        categories=[line.label for line in lines],
        series=[
            Series(
                name=sort.label,
                values=[line.cells[sort].moments for line in lines],
                role=roles[sort],
            )
            for sort in SORTS
        ],
    )


def _median(one: TimeAtStage) -> int:
    return one.median or 0
