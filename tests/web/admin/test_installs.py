"""Installs are entered, changed, suspended and removed; and they work as those in the file do."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from context_sidecar import plugins
from sqlalchemy import text
from support.admin import Admin, secret_of, words
from support.web import CARD, DESK, MARGIN

PLACES = ("iframe/ticket", "zendesk/ticket")


def test_an_install_is_entered_and_works_at_once(ana):
    added = ana.add()

    secret = secret_of(added)
    assert len(secret) >= 43
    assert "Acme" in ana.visit("wiki", secret).text


def test_s18_a_secret_that_was_made_is_shown_once_and_kept_sealed(ana):
    secret = secret_of(ana.add())

    for path in ("/admin", "/admin/installs/wiki", "/admin/installs/wiki/edit"):
        assert secret not in ana.get(path).text
    with ana.deployment.database.connect() as connection:
        for table in ("installs", "sightings", "packages", "pins"):
            assert secret not in repr(connection.execute(text(f"SELECT * FROM {table}")).all())


def test_two_installs_of_one_tool_stand_side_by_side_and_do_not_open_each_other(ana):
    first, second = secret_of(ana.add("wiki")), secret_of(ana.add("wiki-2", label="Second"))

    assert ana.visit("wiki", first).status_code == 200
    assert ana.visit("wiki-2", second).status_code == 200
    assert ana.visit("wiki", second).status_code == 401
    assert ana.visit("wiki-2", first).status_code == 401
    assert "Second" in words(ana.get("/admin"))


def test_the_form_offers_a_name_that_is_free(ana):
    ana.add("iframe")

    assert 'value="iframe-2"' in ana.get("/admin/add/iframe").text


@pytest.mark.parametrize("name", ["intranet", "wiki"])
def test_a_name_that_is_taken_is_refused(ana, name):
    ana.add("wiki")
    before = ana.deployment.installs[name]

    response = ana.add(name)

    assert response.status_code == 422
    assert "Another install has this name" in words(response)
    assert ana.deployment.installs[name] is before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"origins": "nonsense"}, "such as https://"),
        ({"origins": ""}, "This key is missing"),
        ({"id": "Not A Name"}, "lower-case letters"),
        ({"make__secret": "", "settings__secret": "short"}, "at least 32 characters"),
        ({"make__secret": ""}, "This key is missing"),
        ({"source": "nobody"}, "Expected the name of a source"),
    ],
)
def test_what_is_wrong_is_told_beside_it_and_what_was_entered_stays(ana, wrong, said):
    response = ana.add(**{"id": "wiki", "label": "Our <wiki>", **wrong})

    assert response.status_code == 422
    assert "Nothing was kept" in words(response)
    assert said in words(response)
    assert 'value="Our &lt;wiki&gt;"' in response.text
    assert list(ana.deployment.installs) == ["intranet"]


def test_s18_a_secret_that_was_entered_is_not_repeated(ana):
    response = ana.add(make__secret="", settings__secret="a secret of mine", origins="nonsense")

    assert "a secret of mine" not in response.text


def test_an_install_is_changed_and_keeps_its_secret(ana):
    secret = secret_of(ana.add())
    form = ana.get("/admin/installs/wiki/edit").text
    assert "kept; enter another to replace it" in form

    ana.change("wiki/edit", label="Handbook", origins="https://other.example",
        role__support="on",
    )  # fmt: skip

    page = ana.visit("wiki", secret)
    assert "frame-ancestors https://other.example" in page.headers["Content-Security-Policy"]
    assert ana.deployment.installs["wiki"].label == "Handbook"


def test_a_replaced_secret_and_the_one_before_are_both_accepted_until_it_is_dropped(ana):
    older = secret_of(ana.add())
    same = {"label": "Wiki", "origins": DESK, "role__support": "on"}
    newer = secret_of(ana.change("wiki/edit", make__secret="on", **same))

    assert older != newer
    assert ana.visit("wiki", older).status_code == ana.visit("wiki", newer).status_code == 200
    assert "The secret before the current one is accepted too." in words(
        ana.get("/admin/installs/wiki")
    )

    assert ana.change("wiki/drop-previous").status_code == 303
    assert ana.visit("wiki", older).status_code == 401
    assert ana.visit("wiki", newer).status_code == 200


def test_whoever_may_see_what_is_told_before_it_is_installed(ana, deploy):
    page = words(ana.get("/admin/add/iframe"))

    for part in ("How urgent this ticket is", "For support", "Account tier", "Salesforce"):
        assert part in page


def test_a_card_that_nobody_would_see_is_pointed_at(ana):
    ana.send("/admin/add/iframe", id="wiki", origins=DESK, make__secret="on")

    assert "Nobody sees it here" in words(ana.get("/admin/installs/wiki"))


def test_a_tool_without_a_card_says_what_to_declare(ana):
    page = words(ana.get("/admin/add/plain"))

    assert "No card is declared for this tool yet" in page
    assert "where: [plain/thread]" in page


@pytest.mark.parametrize("host", plugins.names(plugins.HOSTS))
def test_every_tool_has_a_form_with_its_guide(ana, host):
    response = ana.get(f"/admin/add/{host}")

    assert response.status_code == 200
    assert plugins.host(host).label in words(response)
    assert '<section class="guide">' in response.text
    for name in plugins.host(host).Settings().load_fields:
        assert (f'name="settings.{name}"' in response.text) == (not name.startswith("previous_"))


def test_the_guide_is_told_with_the_installs_own_address(ana):
    ana.send("/admin/add/gladly", id="phone", role__support="on", make__signing_key="on")

    assert "https://context.example.com/hosts/phone" in words(ana.get("/admin/installs/phone"))


def test_the_steps_name_the_install_and_what_its_files_are_called(ana):
    ana.send("/admin/add/hubspot", id="hs", role__support="on")
    ana.send("/admin/add/gorgias", id="go", role__support="on", make__secret="on")

    hubspot, gorgias = (words(ana.get(f"/admin/installs/{name}")) for name in ("hs", "go"))
    assert "unzip hs.zip -d hs cd hs && hs project upload" in hubspot
    assert "hubspot.zip" not in hubspot
    assert "sidecar manifest go --out go/" in gorgias


def test_the_steps_say_that_what_is_for_the_file_is_entered_here(ana):
    ana.add()

    note = "Context Sidecar is not started anew for it."
    assert note in words(ana.get("/admin/installs/wiki"))
    assert note not in words(ana.get("/admin/installs/intranet"))


def test_a_suspended_install_shows_nothing_to_anybody_at_once(ana):
    secret = secret_of(ana.add())
    token = ana.deployment.token(install="wiki")
    context = "/v1/context/iframe/ticket/4711"
    assert ana.deployment.get(context, token).status_code == 200

    ana.send("/admin/installs/wiki/suspend")

    refused = ana.visit("wiki", secret)
    assert refused.status_code == 403
    assert "This card is switched off" in words(refused)
    assert "Acme" not in refused.text
    assert ana.deployment.get(context, token).status_code == 401
    assert "Suspended: it shows nothing to anybody" in words(ana.get("/admin/installs/wiki"))


def test_it_works_again_when_it_is_let(ana):
    secret = secret_of(ana.add())
    ana.send("/admin/installs/wiki/suspend")
    ana.send("/admin/installs/wiki/resume")

    assert ana.visit("wiki", secret).status_code == 200


def test_s9_a_removed_install_is_gone_with_its_secrets_and_its_tokens(ana):
    secret = secret_of(ana.add())
    token = ana.deployment.token(install="wiki")

    assert ana.send("/admin/installs/wiki/remove", name="wiki").status_code == 303

    assert ana.visit("wiki", secret).status_code == 404
    assert ana.deployment.get("/v1/context/iframe/ticket/4711", token).status_code == 401
    assert ana.get("/admin/installs/wiki").status_code == 404
    assert ana.deployment.installs.row("wiki") is None


def test_nothing_is_removed_by_a_slip(ana):
    ana.add()
    response = ana.send("/admin/installs/wiki/remove", name="wik")

    assert response.status_code == 400
    assert "Nothing was removed" in words(response)
    assert "wiki" in ana.deployment.installs


@pytest.mark.parametrize("act", ["edit", "suspend", "resume", "remove", "drop-previous"])
def test_what_the_file_declares_is_changed_there(ana, act):
    response = ana.send(f"/admin/installs/intranet/{act}", name="intranet")

    assert response.status_code == 400
    assert "declared in sidecar.yaml" in words(response)
    assert not ana.deployment.installs["intranet"].suspended


def test_what_the_file_declares_later_counts_more_than_what_was_entered(ana, deploy):
    ana.add("intranet-2")
    declared = dict(ana.deployment.configuration.installs)
    later = deploy(*(replace(each, label="From the file") for each in declared.values()))

    assert later.installs["intranet-2"].label == "From the file"
    assert "From the file" in words(Admin(later).sign_in().get("/admin"))


def test_another_process_knows_of_it_when_it_looks(ana, deploy):
    other = deploy()
    secret = secret_of(ana.add())
    assert Admin(other).visit("wiki", secret).status_code == 404

    other.installs.look()

    assert Admin(other).visit("wiki", secret).status_code == 200


def test_what_cannot_be_used_any_more_is_said_and_everything_else_works(ana, deploy, tmp_path):
    ana.add()
    (tmp_path / "data" / "installs-key").unlink()

    other = Admin(deploy()).sign_in()

    assert "sealed with another key" in words(other.get("/admin"))
    assert other.get("/hosts/wiki").status_code == 404
    assert other.get("/admin/installs/intranet").status_code == 200
    same = {"label": "Wiki", "origins": DESK, "role__support": "on", "make__secret": "on"}
    secret = secret_of(other.change("wiki/edit", **same))
    assert other.visit("wiki", secret).status_code == 200


@pytest.fixture
def zendesk(deploy):
    ana = Admin(deploy(cards={"ticket": replace(CARD, where=PLACES), "margin": MARGIN})).sign_in()
    added = ana.send(
        "/admin/add/zendesk", id="support", label="Zendesk", role__support="on",
        origins="https://acme.zendesk.com", settings__subdomain="acme",
    )  # fmt: skip
    assert added.status_code == 303
    return ana


def test_the_package_is_downloaded_and_always_the_same(zendesk):
    first, second = (zendesk.get("/admin/installs/support/package") for _ in range(2))

    assert first.data == second.data
    assert first.headers["Content-Disposition"] == 'attachment; filename="support.zip"'
    assert "manifest.json" in zipfile.ZipFile(BytesIO(first.data)).namelist()


def test_what_a_new_package_changes_is_told_before_it_is_downloaded(zendesk):
    page = "/admin/installs/support"
    zendesk.get(f"{page}/package")
    assert "The same as the one that was downloaded last" in words(zendesk.get(page))

    zendesk.deployment.configuration.cards["ticket"] = replace(
        CARD, where=(*PLACES, "zendesk/organization")
    )

    told = words(zendesk.get(page))
    assert "Look whether it asks for more than before" in told
    assert "organization_sidebar" in told


def test_what_is_still_missing_is_said(zendesk):
    told = words(zendesk.get("/admin/installs/support"))

    assert "Something is missing yet" in told
    assert "public key" in told


def test_a_tool_without_a_package_has_none(ana):
    ana.add()

    assert "Download" not in words(ana.get("/admin/installs/wiki"))
    assert ana.get("/admin/installs/wiki/package").status_code == 404


def test_a_name_that_another_process_has_just_given_away_is_refused(ana, deploy):
    other = Admin(deploy()).sign_in()
    secret = secret_of(ana.add())

    assert other.add().status_code == 422
    assert ana.visit("wiki", secret).status_code == 200


def test_a_form_that_was_opened_before_a_change_keeps_nothing(ana, deploy):
    """Else a harmless change of a label would bring a replaced secret back."""
    ana.add()
    row = ana.deployment.installs.row("wiki")
    before = repr(row.changed_at.timestamp())
    ana.deployment.clock.forward(seconds=1)
    same = {"label": "Wiki", "origins": DESK, "role__support": "on"}
    newer = secret_of(ana.change("wiki/edit", make__secret="on", **same))

    for act in ("edit", "drop-previous"):
        refused = ana.send(f"/admin/installs/wiki/{act}", read_at=before, **same)
        assert refused.status_code == 409
        assert "It was changed by Ana since you opened it" in words(refused)

    assert ana.visit("wiki", newer).status_code == 200


@pytest.mark.parametrize("read_at", ["", "x", "nan", "inf", "1e400"])
def test_a_form_that_does_not_say_what_it_was_made_of_keeps_nothing(ana, read_at):
    ana.add()

    assert ana.send("/admin/installs/wiki/edit", read_at=read_at, label="x").status_code == 409


def test_s9_another_install_of_the_same_name_opens_nothing_that_the_first_one_did(ana):
    ana.add()
    token = ana.deployment.token(install="wiki")
    ana.send("/admin/installs/wiki/remove", name="wiki")
    ana.add()

    assert ana.deployment.get("/v1/context/iframe/ticket/4711", token).status_code == 401


@pytest.mark.parametrize("name", ["new", "add", "edit", "check", "package"])
def test_whatever_an_install_is_called_it_can_be_changed_and_removed(ana, name):
    ana.add(name)

    assert "Does it work?" in words(ana.get(f"/admin/installs/{name}"))
    assert ana.get(f"/admin/installs/{name}/edit").status_code == 200
    assert ana.send(f"/admin/installs/{name}/remove", name=name).status_code == 303
    assert name not in ana.deployment.installs


def test_what_cannot_be_used_any_more_can_still_be_removed(ana, deploy, tmp_path):
    ana.add()
    (tmp_path / "data" / "installs-key").unlink()
    other = Admin(deploy()).sign_in()

    page = other.get("/admin/installs/wiki")
    assert "It does not work. Its settings are sealed with another key" in words(page)
    assert 'action="/admin/installs/wiki/remove"' in page.text
    assert other.change("wiki/drop-previous").status_code == 400
    assert other.send("/admin/installs/wiki/remove", name="wiki").status_code == 303
    assert other.deployment.installs.row("wiki") is None


@pytest.mark.parametrize("number", ["--5", "5" * 5_000, "٣", "5.5", "-", "0x5"])
def test_what_is_no_number_is_told(ana, number):
    response = ana.send(
        "/admin/add/zendesk", id="z", role__support="on", origins="https://acme.zendesk.com",
        settings__subdomain="acme", settings__installation_id=number,
    )  # fmt: skip

    assert response.status_code == 422
    assert "Expected a whole number" in words(response)


@pytest.mark.parametrize("name", ["x" * 300, "x\0y", "a.b", "[0]", "ü"])
def test_what_is_wrong_with_a_name_is_told_beside_it(ana, name):
    response = ana.add(name)

    assert response.status_code == 422
    assert "Expected a name of lower-case letters" in words(response)
