"""The page in headless Chromium, with real keys and clicks: judging, looking ahead, undoing, searching, drawing, filtering, the looks.

Every request of the browser is noted: none leaves the loopback. Nothing may be written to the console: no error, no broken policy.
"""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from kgbuild.workspace.lock import writer_lock

WAIT = 15_000
expect.set_options(timeout=WAIT)


@pytest.fixture
def page(browser, server):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.goto(server.url)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    yield page
    context.close()
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
    assert [line for line in said if "status of 423" not in line and "status of 404" not in line] == []


def ask_for(page, kind):
    page.get_by_label("Which questions").select_option(kind)
    expect(page.locator(".eyebrow .kind")).to_have_text({"merge": "Merge", "fact": "Fact", "mention": "Mention"}[kind])


def heading(page):
    return page.get_by_role("heading", level=1)


def left(page):
    return int(re.match(r"([\d,]+) question", page.locator("#progress").inner_text())[1].replace(",", ""))


def test_a_merge_is_judged_with_keys_looked_at_first_and_undone(page, ws):
    ask_for(page, "merge")
    expect(heading(page)).to_have_text("Are Ann B. Duncan and Ann Duncan the same?")
    before = left(page)

    page.keyboard.press("d")
    effect = page.locator("#effect")
    expect(effect).to_contain_text("1 entity comes")
    expect(effect).to_contain_text("before 4")
    assert ws.judgements() == []
    page.keyboard.press("Escape")
    expect(effect).to_be_empty()

    page.keyboard.press("d")
    expect(page.locator("#save")).to_be_visible()
    page.get_by_label("Why").fill("two people")
    page.keyboard.press("Enter")
    expect(page.locator("#banner")).to_contain_text("1 word waits")
    (judgement,) = ws.judgements()
    assert (judgement.verdict, judgement.reason, judgement.by) == ("different", "two people", "ann")
    expect(page.locator("#progress")).to_contain_text(f"{before - 1} questions")

    page.keyboard.press("u")
    expect(heading(page)).to_have_text("Are Ann B. Duncan and Ann Duncan the same?")
    assert ws.judgements() == []
    expect(page.locator("#progress")).to_contain_text(f"{before} questions")


def test_a_fact_is_judged_with_clicks_and_built(page, ws):
    ask_for(page, "fact")
    expect(heading(page)).to_have_text("Ann B. Duncan MARRIED_TO Cy Vance?")
    expect(page.locator(".context mark.left").first).to_have_text("Ann B. Duncan")
    expect(page.locator(".context mark.right")).to_have_text("Cy Vance")

    page.get_by_role("button", name="Wrong").click()
    expect(page.locator("#effect")).to_contain_text("1 fact goes")
    page.get_by_role("button", name="Save").click()
    expect(heading(page)).not_to_contain_text("MARRIED_TO")
    assert [j.verdict for j in ws.judgements()] == ["wrong"]

    page.get_by_role("button", name="Build now").click()
    expect(page.locator("#banner")).to_be_empty()
    page.get_by_role("link", name="Judgements").click()
    row = page.get_by_role("row").filter(has_text="MARRIED_TO")
    expect(row).to_contain_text("in force")
    page.get_by_role("button", name="Undo judgement 1").click()
    expect(page.get_by_text("No judgements yet")).to_be_visible()
    assert ws.judgements() == []


def test_keys_skip_and_are_off_where_somebody_types_or_wants_none(page, ws):
    first = heading(page).inner_text()
    page.keyboard.press("k")
    expect(heading(page)).not_to_have_text(first)
    expect(page.locator("#progress")).to_contain_text("1 skipped")

    page.keyboard.press("?")
    page.get_by_label("keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    second = heading(page).inner_text()
    page.keyboard.press("k")
    page.get_by_role("button", name="Skip").click()
    expect(page.locator("#progress")).to_contain_text("2 skipped")
    expect(heading(page)).not_to_have_text(second)
    assert ws.judgements() == []


def test_search_leads_to_an_entity_that_is_drawn_filtered_and_followed(page):
    page.get_by_role("link", name="Explore").click()
    page.get_by_role("searchbox", name="Search").fill("acme")
    page.get_by_role("link", name="Acme Widget Co").click()
    expect(heading(page)).to_contain_text("Acme Widget Co")
    expect(page.locator(".canvas canvas").first).to_be_visible()
    expect(page.locator(".context").first).to_contain_text("works for Acme Widget Co")
    drawn(page, "Acme Widget Co and 2 neighbours")
    assert nodes(page) == {"Acme Widget Co", "Ann B. Duncan", "Bo Ryan"}

    page.get_by_text("Filter facts and neighbours").click()
    page.get_by_label("Document", exact=True).fill("bo.txt")
    expect(page.get_by_role("heading", name="Facts (1)")).to_be_visible()
    drawn(page, "Acme Widget Co and 1 neighbour")
    assert nodes(page) == {"Acme Widget Co", "Bo Ryan"}
    assert "document=bo.txt" in page.url

    at = page.evaluate(
        """() => { const canvas = document.querySelector('.canvas'), box = canvas.getBoundingClientRect();
        const node = canvas._cyreg.cy.nodes().filter((n) => n.data('label') === 'Bo Ryan')[0].renderedPosition();
        return [box.x + node.x, box.y + node.y]; }"""
    )
    page.mouse.click(*at)
    expect(heading(page)).to_contain_text("Bo Ryan")


def drawn(page, told):
    """Wait for a drawing, by what it says to those who do not see it."""
    expect(page.get_by_role("img")).to_have_accessible_name(re.compile(rf"^{re.escape(told)}\b"))


def nodes(page):
    return set(page.evaluate("document.querySelector('.canvas')._cyreg.cy.nodes().map((node) => node.data('label'))"))


def test_facts_are_filtered_by_relation_type_and_confidence(page):
    page.goto(page.url.split("#")[0] + "#/explore?what=facts")
    facts = page.locator(".fact")
    expect(facts.nth(5)).to_be_visible()
    page.get_by_label("Relation").select_option("MARRIED_TO")
    expect(facts).to_have_count(1)
    page.get_by_label("Type").select_option("Location")
    expect(page.locator("#results .empty")).to_be_visible()
    page.get_by_label("Type").select_option("")
    page.get_by_label("Confidence at least").fill("95")
    expect(page.locator("#results .empty")).to_be_visible()

    heading(page).click()  # the key leads to the search, and takes no filter away
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("cy")
    expect(page.get_by_label("Relation")).to_have_value("MARRIED_TO")
    expect(page).to_have_url(re.compile("q=cy.*predicate=MARRIED_TO&confidence=95&what=facts"))


def test_text_of_a_document_stays_text(page):
    page.goto(page.url.split("#")[0] + "#/explore?q=Sara+Smithan&document=markup")
    page.locator(".hit").filter(has_text=re.compile("^Sara Smithan")).click()
    page.locator(".context figcaption a").first.click()
    expect(page.locator(".text")).to_contain_text('<b>and</b> <img src=x onerror="alert(1)">')
    assert page.locator("main img").count() == 0
    turned = (
        "import('/dom.js').then((dom) => dom.el('p', {}, 'a\\u202eb', ['\\u2066c', dom.el('b', {}, 'd\\u202d')]).textContent)"
    )
    assert page.evaluate(turned) == "abcd", "no name turns round what stands behind it"


def test_a_sentence_that_begins_in_arabic_runs_from_right_to_left(page):
    """The page itself runs from left to right: where "Ann" stands says how the sentence runs."""
    quote = page.locator("blockquote").first
    expect(quote).to_be_visible()

    def begins_before_it_ends(text):
        return quote.evaluate(
            """(quote, text) => {
                quote.textContent = text;
                const left = (at) => {
                    const range = document.createRange();
                    range.setStart(quote.firstChild, at);
                    range.setEnd(quote.firstChild, at + 1);
                    return range.getBoundingClientRect().left;
                };
                return left(0) < left(text.length - 1);
            }""",
            text,
        )

    assert begins_before_it_ends("Ann \u0642\u0627\u0644\u062a")
    assert not begins_before_it_ends("\u0642\u0627\u0644\u062a Ann")


def test_the_page_is_read_only_while_another_process_writes(page, kg, ws):
    with writer_lock(kg):
        page.keyboard.press("s")
        expect(page.locator("#banner")).to_contain_text("Read only")
        expect(page.locator("#banner")).to_contain_text("in use by process")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#banner")).to_be_empty()
    assert ws.judgements() == []


def test_dark_and_light_are_chosen_by_the_system_or_by_hand(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert light != dark
    page.get_by_role("button", name="light look").click()
    assert page.evaluate(ground) == light
    page.reload()
    assert page.evaluate(ground) == light
    page.get_by_role("button", name="dark look").click()
    assert page.evaluate(ground) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_also_narrow(page, scheme):
    """axe-core finds no violation: labels, landmarks, contrast AA and the rest; nothing is wider than a telephone, or 200 % zoom."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 760} if scheme == "dark" else {"width": 1280, "height": 900})
    base = page.url.split("#")[0]
    entity = page.evaluate("fetch('/api/search?q=acme', {headers: {'X-Kgbuild-Token': new URLSearchParams(location.search).get('token')}}).then((r) => r.json()).then((v) => v.rows[0].id)")  # fmt: skip
    for hash, ready in (
        ("#/explore", ".hit"),
        (f"#/entity/{entity}", ".context"),
        ("#/judgements", ".empty"),
        ("#/review", ".answer"),
    ):
        page.goto(base + hash)
        expect(page.locator(ready).first).to_be_visible()
        if hash == "#/review":
            page.keyboard.press("w" if page.locator("[data-answer=wrong]").count() else "d")
            expect(page.locator("#save")).to_be_visible()
        found = Axe().run(page).response["violations"]
        assert [(v["id"], [node["html"] for node in v["nodes"]][:3]) for v in found] == [], hash
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), hash
