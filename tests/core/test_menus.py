from django.template import Context, Template
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django_cotton.compiler_regex import CottonCompiler

from core import icons
from core.menus import MenuLink, act_buttons, menu, menu_links


def test_an_entry_reads_as_the_component_and_is_escaped() -> None:
    check = icons.svg("check")
    assert menu_links(
        [
            MenuLink("R&D <b>", "/people/?tag=a&sort=city", is_current=True),
            MenuLink("Export", "/out/", icon="download", in_dialog=True),
        ]
    ) == (
        '<a class="menu-item" href="/people/?tag=a&amp;sort=city" aria-current="true">'
        f'<span>R&amp;D &lt;b&gt;</span><span class="menu-mark">{check}</span></a>'
        '<a class="menu-item" href="/out/" hx-get="/out/" hx-target="#dialog-content">'
        f"{icons.svg('download')}<span>Export</span></a>"
    )


def test_a_menu_reads_as_the_component() -> None:
    component = Template(
        CottonCompiler().process(
            '<c-menu :label="label" icon="list-filter" variant="ghost" align="start">'
            "{{ entries }}</c-menu>"
        )
    )
    entries = menu_links([MenuLink("City", "/people/?add=city")])

    drawn = component.render(Context({"label": "R&D", "entries": entries}))

    ours = menu("R&D", entries, icon="list-filter", css_class="menu-start")
    assert parse_html(ours) == parse_html(drawn)
    below = menu("R&D", entries, icon="list-filter", rest=mark_safe("<b>below</b>"))
    assert "<hr><b>below</b>" in below


def test_a_button_sends_its_key() -> None:
    assert act_buttons([("a&b", "Tag <them>", "tag")]) == (
        '<button class="btn btn-quiet btn-sm" name="act" value="a&amp;b">'
        f"{icons.svg('tag')}Tag &lt;them&gt;</button>"
    )
