"""Our entries in the navigation and the command palette."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Item, Section, register
from core.palette import Act, register_act

register(
    Item(
        section=Section.MAIN,
        label=_("Desk"),
        url_name="relationships:desk",
        icon="lamp-desk",
        position=10,
        shortcut="d",
    )
)
register(
    Item(
        section=Section.BELOW,
        label=_("Losing touch"),
        url_name="relationships:losing-touch",
        icon="hourglass",
        position=5,
        permission="relationships.view_relationship",
        shortcut="l",
    )
)
register(
    Item(
        section=Section.MAIN,
        label=_("Boards"),
        url_name="relationships:boards",
        icon="square-kanban",
        position=30,
        permission="relationships.view_relationship",
        shortcut="b",
    )
)
register(
    Item(
        section=Section.BELOW,
        label=_("Work for us"),
        url_name="relationships:engagements",
        icon="briefcase-business",
        position=20,
        permission="relationships.view_relationship",
        shortcut="w",
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Lifecycles"),
        purpose=_("Stages, cadences and the moves allowed"),
        url_name="relationships:lifecycles",
        icon="route",
        position=30,
        permission="relationships.manage_lifecycles",
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Ownership"),
        purpose=_("How long owners hold people"),
        url_name="relationships:ownership",
        icon="user-round-check",
        position=31,
        permission="relationships.manage_lifecycles",
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Kinds of ties"),
        purpose=_("What people are to each other, in both directions"),
        url_name="relationships:tie-kinds",
        icon="waypoints",
        position=32,
        permission="relationships.manage_ties",
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Daily digest"),
        purpose=_("Your desk by mail, at the hour you choose"),
        url_name="relationships:digest",
        icon="mail",
        position=11,
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Cadences"),
        purpose=_("How often we speak, by person, segment or stage"),
        url_name="relationships:cadences",
        icon="metronome",
        position=31,
        permission="relationships.manage_lifecycles",
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Way out"),
        purpose=_("What is done as work for us comes to its end"),
        url_name="relationships:closing-settings",
        icon="door-open",
        position=31,
        permission="relationships.manage_lifecycles",
    )
)
register(
    Item(
        section=Section.SETTINGS,
        label=_("Dossier questions"),
        purpose=_("What the dossier of an assignment asks"),
        url_name="relationships:questionnaire",
        icon="clipboard-list",
        position=33,
        permission="relationships.manage_questionnaires",
    )
)
register_act(
    Act(
        label=_("Log a contact moment"),
        url_name="relationships:log-whom",
        icon="message-circle-plus",
        position=20,
        permission="relationships.log_interaction",
        key="c",
        is_new=True,
        words=_("call meeting mail note conversation"),
        in_dialog=True,
    )
)
