"""The folder: complete in itself, the same every time, and made of what agents really see."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files

import context_sidecar_widgets
import pytest
from context_sidecar.core.reading import State
from context_sidecar.core.reasons import Reason
from context_sidecar.preview import preview
from context_sidecar.preview.situations import situations
from context_sidecar.preview.stage import Stage
from context_sidecar.wording import LANGUAGES, answer, words
from context_sidecar_widgets import card as card_html
from support.gallery import NOW

LOADED = r'<(?:link|script|iframe)[^>]* (?:href|src)="([^"]*)"'

ENGLISH = words("en", "Europe/Berlin")


def made(configuration, spoken=ENGLISH, now=NOW):
    return {path: file() for path, file in preview(configuration, spoken, now).items()}


def page(configuration, path="guide.html", spoken=ENGLISH):
    return preview(configuration, spoken, NOW)[path]().decode()


def test_the_same_input_gives_the_same_bytes(small):
    assert made(small) == made(small)
    assert made(small) != made(small, now=NOW + timedelta(days=1))


def test_what_is_shown_is_what_the_widget_makes_of_the_answer(small):
    found, stage = preview(small, ENGLISH, NOW), Stage(small, ENGLISH, NOW)

    for one in situations(stage, small.cards["ticket"]):
        shown = card_html(answer(one.context, ENGLISH), ENGLISH)
        assert shown in found[f"cards/ticket/{one.id}.html"]().decode()


def test_the_style_is_the_one_that_is_shipped(small):
    shipped = files(context_sidecar_widgets) / "assets" / "card.css"

    assert preview(small, ENGLISH, NOW)["assets/card.css"]() == shipped.read_bytes()


def test_nothing_is_loaded_but_what_is_in_the_folder(small):
    found = made(small)

    for path, content in found.items():
        if not path.endswith(".html"):
            continue
        for address in re.findall(
            r'<(?:link|script|iframe)[^>]* (?:href|src)="([^"]*)"', content.decode()
        ):
            depth = path.count("/")
            assert address == "data:," or address.removeprefix("../" * depth) in found, path


def test_every_situation_is_in_the_navigation(small):
    found = preview(small, ENGLISH, NOW)
    linked = set(re.findall(r'href="#([^"]+)"', page(small, "index.html")))

    assert {f"cards/{one}.html" for one in linked} == {
        one for one in found if one.startswith("cards/") and one.endswith(".html")
    }


def test_one_card_can_be_chosen(configuration, small):
    chosen = preview(configuration, ENGLISH, NOW, small.cards.values())

    assert "cards/ticket/fields/choice/fresh.html" in chosen
    assert "cards/ticket/fields/money/fresh.html" not in chosen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_explains_every_state_and_every_reason(small, language):
    spoken = words(language, "Europe/Berlin")
    guide = page(small, spoken=spoken)

    assert f'<html lang="{spoken.tag}"' in guide
    for state in State:
        assert f'data-state="{state}"' in guide
    for reason in Reason:
        assert spoken.text(reason.entry.agent) in guide


def test_the_guide_says_who_mends_what(small):
    guide = page(small)

    assert "Finance looks after Billing." in guide
    assert "Revenue Operations has to fix this." in guide
    assert "Revenue Operations can add it to the list." in guide
    assert "Nobody has to do anything." in guide


def test_the_guide_gives_the_six_answers_for_every_field(small):
    guide = page(small)
    contract = guide[guide.index("<h4>Dated</h4>") :]

    for said in (
        "As the ledger has it", "support, in rt/ticket and iframe/ticket",
        "1 hour, usable up to 1 day, by the clock of Billing", "How urgent the ticket is",
        "Billing: account.dated", "the last value is shown, with a mark",
        "Revenue Operations",
    ):  # fmt: skip
        assert said in contract


def test_what_only_other_contracts_allow_is_not_in_the_guide(configuration, small):
    assert "<h3>Not shown</h3>" in page(configuration)
    assert "<h3>Not shown</h3>" not in page(small)


def test_what_an_admin_wrote_cannot_become_markup(small):
    shown = small.cards["ticket"]
    hostile = "<script>alert(1)</script>"
    object.__setattr__(shown, "title", hostile)

    assert not any(hostile.encode() in content for content in made(small).values())
