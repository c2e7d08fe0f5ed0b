"""What of a page is navigation or hidden, and what only looks so: wrappers, sections and whole-page forms keep their text."""

import pytest

from tests.documents.helpers import reading, texts

SAID = "Ann Smith founded Acme Inc. in Berlin and leads it today."


def page(body):
    return f"<html><head><title>Acme</title></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="container has-sidebar">{}</div>',
        '<div class="no-sidebar page"><div id="page-without-menu">{}</div></div>',
        '<div class="layout-right-sidebar sidebar"><h1>Acme</h1>{}</div>',
        '<div class="page with-breadcrumb">{}</div>',
        '<div class="breadcrumb-theme"><h1>Acme</h1>{}</div>',
        '<div class="post-12 post type-post hentry category-social tag-share">{}</div>',
        '<div class="topic social-security">{}</div>',
        '<form method="post" id="aspnetForm"><h1>Acme</h1>{}</form>',
        '<form method="post"><input type="hidden" name="__VIEWSTATE" value="x">{}</form>',
        '<form method="post"><input type="hidden" name="token" value="x">{}</form>',
        '<form method="post"><input name="q"><button>Go</button><div>{}</div></form>',
    ],
)
def test_a_wrapper_that_is_named_after_chrome_keeps_its_text(wrapper):
    assert texts(reading("a.html", page(wrapper.format(f"<p>{SAID}</p>")))) == ["Acme", SAID]


@pytest.mark.parametrize(
    "chrome",
    [
        '<div class="sidebar">Popular posts</div>',
        '<div class="site-breadcrumb">Home &gt; News</div>',
        '<form><input name="q"><label>Search the site</label></form>',
        "<form><p>Write to us</p><input><textarea></textarea></form>",
        '<div class="social share">Share this</div>',
        '<div class="masthead"><h1>The Site</h1></div>',
        f'<div id="comments"><article class="comment">{"Nice post! " * 50}</article></div>',
    ],
)
def test_chrome_goes(chrome):
    assert texts(reading("a.html", page(f"<div><p>{SAID}</p></div>{chrome}")))[-1] == SAID


@pytest.mark.parametrize("section", ['<section id="metadata">', '<div class="section" id="metadata">'])
def test_a_section_called_after_its_heading_is_text(section):
    closing = section[1 : section.index(" ")]
    body = f'<main><h1>Acme</h1>{section}<h2>Metadata<a href="#metadata">¶</a></h2><p>{SAID}</p></{closing}></main>'
    assert texts(reading("a.html", page(body))) == ["Acme", "Metadata¶", SAID]


BORN = "The company was founded in 1988 by Percy Barnevik in Zürich."
TEASERS = "".join(f'<li><a href="/{i}">Another story of the company, number {i}</a></li>' for i in range(3))


@pytest.mark.parametrize(
    ("beside", "read"),
    [
        (f"<aside><h3>Facts</h3><p>{BORN}</p></aside>", ["Facts", BORN]),
        (f"<footer><p>{BORN} <a href='/x'>More</a></p></footer>", [f"{BORN} More"]),
        (f"<aside><p>More on this</p><ul>{TEASERS}</ul></aside>", []),
        (f'<aside class="promo"><p>{BORN}</p></aside>', []),
        (f"<aside><form><p>{BORN}</p><input></form></aside>", []),
        ("<footer><p>© 2024 The company of Percy Barnevik, Zürich, all rights reserved</p></footer>", []),
    ],
)
def test_boxes_of_facts_in_the_main_text_are_read_and_teasers_are_not(beside, read):
    assert texts(reading("a.html", page(f"<main><h1>Acme</h1><p>{SAID}</p>{beside}</main>"))) == ["Acme", SAID, *read]
    outside = page(f"<main><h1>Acme</h1><p>{SAID * 9}</p></main>{beside}")
    assert texts(reading("a.html", outside)) == ["Acme", SAID * 9]


@pytest.mark.parametrize(
    ("header", "read"),
    [
        (f"<header><h1>Acme</h1><p>{BORN}</p></header>", ["Acme", BORN, SAID]),
        (f"<header><p>{BORN}</p></header>", ["Acme", SAID]),
        (f"<header><h1>The Site</h1><ul>{TEASERS}</ul></header>", ["The Site", SAID]),
    ],
)
def test_a_header_that_tells_is_read(header, read):
    assert texts(reading("a.html", page(f"{header}<div><p>{SAID}</p></div>"))) == read


def test_articles_that_stand_beside_each_other_are_all_read_and_teasers_beside_one_are_not():
    posts = "".join(f"<article><h2>Post {i}</h2><p>{SAID * (i + 1)}</p></article>" for i in range(3))
    assert [text for text in texts(reading("a.html", page(posts))) if text.startswith("Post")] == ["Post 0", "Post 1", "Post 2"]
    teasers = "".join(f"<article><a>Teaser {i}</a></article>" for i in range(4))
    single = f"<article><h1>Acme</h1><p>{SAID * 4}</p></article>{teasers}"
    assert texts(reading("a.html", page(single))) == ["Acme", SAID * 4]


def test_an_article_inside_of_another_is_read_once():
    body = f"<article><h1>Acme</h1><p>One. {SAID}</p><article><p>Two. {SAID}</p></article></article>"
    assert texts(reading("a.html", page(body))) == ["Acme", f"One. {SAID}", f"Two. {SAID}"]


def test_text_that_is_shown_once_and_spoken_once_is_read_once():
    body = (
        f'<p><span aria-hidden="true">{SAID}</span><span class="visually-hidden">{SAID}</span></p><p aria-hidden="true">×x</p>'
    )
    assert texts(reading("a.html", page(body))) == ["Acme", SAID]


def test_line_breaks_in_preformatted_text_part_words():
    assert texts(reading("a.html", page("<pre>Ann Smith<br>Acme Inc.<br/>Berlin</pre>"))) == [
        "Acme",
        "Ann Smith",
        "Acme Inc.",
        "Berlin",
    ]
