"""Which lists of links of a page are menus, and which its text speaks of: the second are never lost."""

import pytest

from kgbuild.documents.pages import MENUS
from tests.documents.helpers import reading, texts

SAID = "Ann Smith founded Acme Inc. in Berlin and leads it today."
NAMES = ("Borealis AG", "Cargill", "Danone", "Evonik Industries", "Ferrero", "Grundfos")
FRAME = ("Home", "Products", "About us", "Contact", "Careers", "Imprint")


def links(names, tag="ul"):
    inside = "".join(f'<li><a href="/{i}">{name}</a></li>' for i, name in enumerate(names))
    return f"<{tag}>{inside}</{tag}>"


def page(body):
    return reading("a.html", f"<html><head><title>Acme</title></head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "body",
    [
        "<main><h1>Acme</h1><p>{said}</p><h2>Partners</h2>{list}</main>",
        "<article><h1>Acme</h1><p>{said} Its partners are:</p>{list}</article>",
        "<main><h1>Partners</h1>{list}</main>",
        "<main><h1>Acme</h1><p>{said}</p><h2>Recent acquisitions</h2>{list}</main>",
        '<div id="content"><h1>Acme</h1><p>{said}</p><div class="columns">{list}</div></div>',
        "<h1>Acme</h1><p>{said}</p>{list}",
        "<h1>Acme</h1><p>{said}</p><h2>Partners</h2>{list}",
        "<h1>Acme</h1><div><p>{said}</p></div><div><h3>Partners</h3><div>{list}</div></div>",
        "<h1>Acme</h1>Its partners are:{list}<p>{said}</p>",
        "<main><h1>Acme</h1><p>{said} They share on:</p>{list}</main>",
    ],
)
def test_a_list_that_the_text_speaks_of_is_read(body):
    nav = links(FRAME)
    result = page(
        nav
        + body.format(said=SAID, list=links(NAMES))
        + f"<div><p>© 2024 Acme Inc., all rights reserved worldwide</p>{nav}</div>"
    )
    assert set(NAMES) <= set(texts(result))
    assert not set(FRAME) & set(texts(result))
    assert MENUS not in result.notices


def test_lists_side_by_side_are_read_all():
    body = f'<h1>Acme</h1><p>{SAID}</p><div class="row"><div>{links(NAMES)}</div><div>{links(FRAME[1:2] + NAMES[::-1])}</div></div>'
    assert [text for text in texts(page(body)) if text in NAMES] == [*NAMES, *NAMES[::-1]]


@pytest.mark.parametrize(
    "menu",
    [
        links(FRAME),
        "<h3>Related articles</h3>" + links(NAMES),
        "<div><h3>Most read</h3>" + links(NAMES) + "</div>",
        "<p>Share</p>" + links(("Facebook", "Twitter", "LinkedIn", "Email", "Print")),
        links("123456789"),
        links("ABCDEFGH"),
    ],
)
def test_a_menu_in_the_main_text_goes_and_that_is_said(menu):
    result = page(f"<main><h1>Acme</h1><p>{SAID}</p>{menu}</main>")
    assert [text for text in texts(result) if text not in ("Related articles", "Share")] == ["Acme", SAID]
    assert MENUS in result.notices


def test_a_table_of_contents_goes_as_its_headings_stay():
    contents = "".join(f'<li><a href="#{i}">{name}</a></li>' for i, name in enumerate(NAMES))
    body = "".join(f'<h2 id="{i}">{name}</h2><p>{SAID}</p>' for i, name in enumerate(NAMES))
    result = page(f"<main><h1>Acme</h1><p>{SAID}</p><ul>{contents}</ul>{body}</main>")
    assert [text for text in texts(result) if text in NAMES] == list(NAMES)
    assert MENUS not in result.notices


@pytest.mark.parametrize(
    "before", ["", "<h3>Products</h3>", "<p>© 2024 Acme Inc., Berlin. All rights reserved everywhere.</p>"]
)
def test_outside_of_the_main_text_a_list_that_no_sentence_leads_to_is_a_menu(before):
    assert texts(page(f"<div>{before}{links(NAMES)}</div><div><h1>Acme</h1><p>{SAID}</p></div>"))[-2:] == ["Acme", SAID]
    assert not set(NAMES) & set(texts(page(f"<main><h1>Acme</h1><p>{SAID}</p></main><div>{before}{links(NAMES)}</div>")))


def test_a_column_of_an_old_page_is_a_menu_by_what_its_links_are_called():
    def column(names):
        return "<td>" + "<br>".join(f"<a href={i}.html>{name}</a>" for i, name in enumerate(names)) + "</td>"

    body = f"<table><tr>{column(FRAME)}<td><h1>Acme</h1><p>{SAID}</p></td>{column(NAMES)}</tr></table>"
    assert texts(page(body)) == ["Acme", SAID, " ".join(NAMES)]


def test_a_column_of_lists_beside_a_text_is_no_part_of_it():
    column = "".join(f"<h3>{title}</h3>{links(NAMES)}" for title in ("Friends", "Neighbours"))
    body = f'<div><div class="post"><h2>Acme</h2><p>{SAID}</p></div><div class="right">{column}</div></div>'
    assert texts(page(body)) == ["Acme", SAID, "Friends", "Neighbours"]


def test_a_main_text_inside_of_a_box_of_links_is_read():
    teasers = "".join(f'<a href="/{i}">{name}</a>' for i, name in enumerate(NAMES))
    assert "Go." in texts(page(f"<div>{teasers}{teasers}<article><h1>Acme</h1><p>Go.</p></article></div>"))
