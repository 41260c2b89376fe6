"""The folder in a real browser, opened from disk."""

from __future__ import annotations

import pytest
from context_sidecar.preview import preview
from context_sidecar.wording import words
from playwright.sync_api import expect
from support import usable
from support.browser import watched
from support.gallery import NOW

PUT = """(html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  document.querySelector(".card").replaceWith(fresh.querySelector(".card"));
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll("[data-live]")) one.hidden = false;
}"""
"""Puts another page's card in place of the one that is there."""

SIDEBAR, NARROWEST = 320, 258

SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("preview")
    for path, made in preview(small, words("en", "Europe/Berlin"), NOW).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(made())
    return folder


@pytest.fixture
def scheme():
    """The theme; light, but for tests that look at both."""
    return "light"


in_both_themes = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def page(browser, folder, scheme):
    """A page that may load nothing from outside of the folder."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    with watched(context) as page:
        yield page
    context.close()
    ours = (folder.as_uri(), "data:")
    assert asked
    assert [url for url in asked if not url.startswith(ours)] == []


def faults(frame, rules=()):
    """What axe finds in this one document; its frames are looked at on their own."""
    return usable.faults(frame, iframes=False, **({"runOnly": rules} if rules else {}))


def cards(page):
    """The frames, each with a card in it."""
    locators = page.locator("figure:visible iframe")
    for index in range(locators.count()):
        expect(locators.nth(index).content_frame.locator(".card")).to_be_visible()
    return [frame for frame in page.frames if frame != page.main_frame]


@in_both_themes
@pytest.mark.parametrize("group", ["card", "lines", "fields/dated"])
def test_every_situation_can_be_read_at_both_widths_and_in_both_themes(page, folder, scheme, group):
    """Of the fields one is enough, and of the reasons too: it is their states that differ."""
    paths = sorted((folder / "cards/ticket" / group).iterdir())
    page.goto(f"{paths[0].as_uri()}#{scheme}")
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    found = []
    for path in paths:
        page.evaluate(PUT, path.read_text())
        said_elsewhere = path.stem.startswith("failed-") and path.stem != "failed-timeout"
        for width in (SIDEBAR, NARROWEST):
            page.set_viewport_size({"width": width, "height": 900})
            found += [(path.stem, width)] if page.evaluate(SIDEWAYS) else []
            if not said_elsewhere:
                read = faults(page, rules_for(scheme, width, group))
                found += [(path.stem, width, *fault) for fault in read]
    assert not found


def rules_for(scheme, width, group):
    """The rules to look at: all (empty) once for each kind of card, then those that the theme or
    the width touches. A field's states are of the same parts as the whole card's."""
    if width == NARROWEST:
        return ["target-size"]
    return ["color-contrast"] if scheme == "dark" or group.startswith("fields") else []


@in_both_themes
@pytest.mark.parametrize("width", [258, 320, 1000])
def test_the_guide_can_be_read(page, folder, scheme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / "guide.html").as_uri())
    expect(page.locator(".pending .shown")).to_have_css("opacity", "1")

    assert faults(page, rules_for(scheme, width, "guide")) == []
    assert not page.evaluate(SIDEWAYS)


@pytest.mark.parametrize("scheme", ["dark"])
def test_the_guide_is_printed_light(page, folder):
    page.goto((folder / "guide.html").as_uri())
    page.emulate_media(media="print")

    paper = page.locator(".looks .card").first
    expect(paper).to_have_css("background-color", "rgb(255, 255, 255)")


@in_both_themes
@pytest.mark.parametrize("width", [320, 1280])
def test_the_index_can_be_read(page, folder, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / "index.html").as_uri())
    cards(page)

    assert faults(page) == []
    assert not page.evaluate(SIDEWAYS)


def test_a_situation_is_seen_at_both_widths_and_in_both_themes(page, folder):
    page.goto((folder / "index.html").as_uri())
    page.get_by_text("Choice", exact=False).first.click()
    page.get_by_role("link", name="Too old to use").first.click()

    expect(page.get_by_role("heading", name="Too old to use")).to_be_visible()
    expect(page.get_by_text("longer than it may be used")).to_be_visible()
    expect(page.get_by_text("It is never shown as current")).to_be_visible()
    shown = {
        (frame.evaluate("innerWidth"), frame.evaluate("document.documentElement.dataset.theme"))
        for frame in cards(page)
    }
    assert shown == {(320, "light"), (320, "dark"), (258, "light"), (258, "dark")}
    for frame in cards(page):
        expect(frame.get_by_text("Show anyway", exact=True)).to_be_visible()
        assert not frame.evaluate(
            "document.documentElement.scrollHeight > document.documentElement.clientHeight"
        )


def test_width_and_theme_can_be_chosen(page, folder):
    page.goto((folder / "index.html").as_uri())
    page.get_by_label("Dark").uncheck()
    page.get_by_label("258 pixels").uncheck()

    expect(page.locator("figure:visible")).to_have_count(1)
    expect(page.locator("figure:visible")).to_contain_text("320 pixels · Light")


def test_one_goes_on_and_back(page, folder):
    page.goto((folder / "index.html").as_uri())
    heading = page.locator("main h2")
    expect(heading).to_have_text("All up to date")

    page.get_by_role("link", name="Next").click()
    expect(heading).to_have_text("Waiting for every source")
    page.get_by_role("link", name="Next").click()
    expect(heading).to_have_text("CRM is down")
    page.go_back()
    expect(heading).to_have_text("Waiting for every source")


def test_a_situation_has_an_address_of_its_own(page, folder):
    page.goto(f"{(folder / 'index.html').as_uri()}#ticket/fields/dated/behind")

    expect(page.locator("main h2")).to_have_text("Old in the source itself")
    expect(page.locator("nav [aria-current]")).to_be_visible()


@pytest.mark.parametrize("button", ["Check again", "Copy summary", "Tell Revenue Operations"])
def test_a_button_asks_nobody_and_says_so(page, folder, button):
    page.goto((folder / "index.html").as_uri())
    first = cards(page)[0]
    first.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    first.get_by_role("button", name=button).first.click()

    expect(first.get_by_role("status")).to_have_text("This is a preview: no source is asked.")
