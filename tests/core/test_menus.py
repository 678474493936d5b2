from core import icons
from core.menus import MenuLink, menu_links


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
