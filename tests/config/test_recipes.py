"""Adapters that are one YAML file: what an admin enters, what a class of its own knows, and how the
author of such a file is told what is wrong with it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from context_sidecar import Adapter, HeaderKey, Secret, config, plugins
from context_sidecar.core.errors import ConfigurationError
from context_sidecar.core.source import Limits
from marshmallow import ValidationError
from support.canary import CANARY

TINY = Path(__file__).parent / "installed" / "sample_adapters" / "tiny.yaml"
ENTERED = {"url": "https://tiny.example.com", "token": CANARY}

SOURCE = """
  tiny:
    adapter: tiny
    owner: revops
    settings: {url: https://tiny.example.com, token: "${LEDGER_TOKEN}", region: us}
"""


def with_source(good, text=SOURCE):
    return good.replace("\nsources:", f"\nsources:{text}", 1)


def load(**entered):
    return plugins.adapter("tiny").Settings().load(ENTERED | entered)


class TestAdmin:
    def test_a_recipe_is_an_adapter_by_its_files_name_whoever_brings_it(self, good, write):
        loaded = config.load(write(with_source(good)), {"LEDGER_TOKEN": CANARY} | outside())
        source = loaded.configuration.sources["tiny"]

        assert issubclass(plugins.adapter("tiny"), plugins.adapter("rest"))
        assert source.settings["base_url"] == "https://tiny.example.com/us"
        assert CANARY in loaded.secrets
        assert CANARY not in repr(loaded)

    def test_what_is_entered_fills_its_places(self):
        loaded = load(region="us", team=7)
        [lookup] = loaded["lookups"].values()

        assert loaded["base_url"] == "https://tiny.example.com/us"
        assert loaded["sign_in"] == HeaderKey("Authorization", Secret(f"Token {CANARY}"))
        assert lookup.query.request.params == {"team": 7, "id": "{keys}"}
        assert lookup.shape.counts == 'contains(`["won", "open"]`, stage)'

    def test_an_address_may_end_with_a_slash(self):
        assert load(url="https://tiny.example.com/")["base_url"] == "https://tiny.example.com/eu"

    @pytest.mark.parametrize(
        "entered",
        [
            {"url": "tiny"},
            {"token": ""},
            {"region": "asia"},
            {"team": "seven"},
            {"stages": ["Won"]},
            {"stages": ["`x"]},
            {"stages": ["won\n"]},
            {"base_url": "https://elsewhere.example.com"},
            {"lookups": {"account": {"get": "/x"}}},
        ],
    )
    def test_what_does_not_fit_is_told_at_the_setting_it_is(self, entered):
        with pytest.raises(ValidationError) as refused:
            load(**entered)

        assert refused.value.messages.keys() == entered.keys()

    def test_a_text_of_another_form_is_told_which_by_the_example(self, good, mistakes_in):
        entered = "region: us, stages: [Won]"

        [mistake] = mistakes_in(with_source(good, SOURCE.replace("region: us", entered)))

        assert mistake.expected == "expected the name of a stage, such as won"

    def test_a_mistake_has_its_place_and_the_nearest_name(self, good, mistakes_in):
        text = with_source(good, SOURCE.replace("region", "regoin"))

        [mistake] = mistakes_in(text)

        assert mistake.hint == "Did you mean `region`?"
        assert text.split("\n")[mistake.line - 1][mistake.column - 1 :].startswith("regoin:")

    def test_a_lookup_of_ones_own_stands_beside_the_recipes(self):
        own = {"get": "/deals", "params": {"company": "{key}"}, "key": "company", "many": "list"}

        loaded = load(lookups={"deals": own})

        assert loaded["lookups"].keys() == {"account", "deals"}

    def test_or_in_the_place_of_one(self):
        loaded = load(lookups={"account": {"get": "/companies/{key}"}})

        assert loaded["lookups"]["account"].query.request.path == "/companies/{key}"

    def test_its_label_and_limits_hold_where_the_source_says_none(self, good, write):
        text = with_source(good, f"{SOURCE.rstrip()}\n    limits: {{timeout: 1s}}\n")

        source = config.load(write(text), outside()).configuration.sources["tiny"]

        assert source.label == "Tiny CRM"
        assert source.limits == Limits(timeout=timedelta(seconds=1), rate=30)

    def test_another_secret_that_stands_alone_is_another_system(self, good, write):
        def system(text, token=CANARY):
            loaded = config.load(write(text), outside() | {"LEDGER_TOKEN": token})
            return loaded.configuration.sources["tiny"].system

        before = system(with_source(good))

        assert system(with_source(good)) == before
        assert system(with_source(good), f"another {CANARY}") != before
        assert system(with_source(good, SOURCE.replace("region: us", "region: eu"))) != before

    def test_it_knows_which_records_it_shows_and_that_it_lists_no_accounts(self):
        kind = plugins.adapter("tiny")

        assert kind.record_keys == ("company_id",)
        assert kind.record_keys_of("nothing") == ()
        assert kind.record is not Adapter.record
        assert kind.accounts is Adapter.accounts

    def test_what_an_admin_must_know_is_its_text(self):
        assert re.match("Tiny CRM: companies", plugins.about("tiny"))


def outside():
    return {
        "REVOPS_SLACK": f"slack://{CANARY}",
        "IT_PAGER": f"pagerduty://{CANARY}",
        "LEDGER_TOKEN": CANARY,
        "DESK_PASSWORD": CANARY,
    }


class TestAuthor:
    @pytest.mark.parametrize(
        ("old", "new", "place", "words"),
        [
            ("label: Tiny CRM", "lable: Tiny CRM", "lable", "Did you mean `label`?"),
            ("  Limits  None.\n", "", "about", "a paragraph that begins with Limits"),
            ("example: 7", "example: seven", "settings.team.example", "a whole number"),
            ("default: eu", "default: asia", "settings.region.default", "expected one of eu, us"),
            ("example: [won]", "example: [Won]", "settings.stages.example[0]", "name of a stage"),
            ("type: number", "type: numbre", "settings.team.type", "Did you mean `number`?"),
            ("description: A token.", "example: s3cret", "settings.token", "this key is missing"),
            ("description: A token.", "description: A, default: s", "settings.token", "no default"),
            ("    expected: the name of a stage\n", "", "settings.stages.expected", "in words"),
            ("rate: 30/min", "rate: 30", "limits.rate", "expected"),
            ("rest:", "rset:", "rset", "Did you mean `rest`?"),
            ("rest:", "sql: {}\nrest:", "rest", "expected one language"),
            ("rest:", "tiny: {}\nrest:", "tiny", "unknown key"),
            ("rest:", "asked_by: {mail: {}}\nrest:", "asked_by.mail", "email"),
            ("rest:", "asked_by: {email: {regoin: us}}\nrest:", "asked_by.email.regoin",
             "Did you mean `region`?"),
            ("rest:", "asked_by: {email: {region: asia}}\nrest:", "asked_by.email.region",
             "expected one of eu, us"),
            ("${url}/", "${ulr}/", "rest.base_url", "Did you mean `url`?"),
            (', key: "Token ${token}"', ", key: x", "settings.token", "a place that it fills"),
            ("/${region}", "/${region}/${token}", "rest.base_url", "a web address"),
            ("get: /companies\n", "gte: /companies\n", "rest.lookups.account.gte", "`get`"),
            ("batch: 50", "batch: 1", "rest.lookups.account.batch", "needs {key}"),
            ("contains(", "contians(", "rest.lookups.account.counts", "no function contians()"),
            ("check: {get: /me}", "check: /me", "rest.check", "expected a mapping"),
        ],
    )  # fmt: skip
    def test_a_mistake_is_told_with_its_place_in_the_file(self, tmp_path, old, new, place, words):
        file = tmp_path / "tiny.yaml"
        text = TINY.read_text()
        assert old in text
        file.write_text(text.replace(old, new, 1))

        with pytest.raises(ConfigurationError) as refused:
            plugins.recipe(file)

        told = [one for one in refused.value.mistakes if one.path.startswith(place)]
        assert told, refused.value
        assert any(words in str(one) for one in told), told
        assert all(one.file == str(file) and one.line >= 1 for one in told)

    def test_a_recipe_with_mistakes_is_the_admins_to_know_of_and_spoils_no_schema(
        self, good, write, mistakes_in, monkeypatch, tmp_path
    ):
        broken = tmp_path / "broken.yaml"
        broken.write_text(TINY.read_text().replace("get: /me", "gte: /me"))
        known = {group: plugins.names(group) for group in (plugins.ADAPTERS, plugins.HOSTS)}
        known[plugins.ADAPTERS] = {**known[plugins.ADAPTERS], "tiny": str(broken)}
        monkeypatch.setattr(plugins, "names", known.__getitem__)

        [mistake] = mistakes_in(with_source(good))

        assert f"{broken}:" in mistake.expected
        assert config.json_schema()
