"""Who a domain belongs to: the registrable domain, the same for every way of writing it."""

import subprocess
import sys

import pytest
from context_sidecar.core.matching import Normaliser
from context_sidecar.engine.directory.domains import FREE_MAIL, registrable
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("acme.com", "acme.com"),
        ("mail.eu.acme.com", "acme.com"),
        ("WWW.Acme.COM", "acme.com"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.example", "acme.example"),
        ("www.acme.example", "acme.example"),
        ("_dmarc.acme.com", "acme.com"),
    ],
)
def test_a_host_name_belongs_to_whoever_registered_its_domain(host, owner):
    assert registrable(host) == owner


def test_customers_under_a_private_suffix_are_apart():
    assert registrable("acme.github.io") == "acme.github.io"
    assert registrable("docs.globex.github.io") == "globex.github.io"
    assert registrable("github.io") is None


@pytest.mark.parametrize(
    ("unicode", "ascii"),
    [
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("MÜNCHEN.de", "xn--mnchen-3ya.de"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("例え。jp", "xn--r8jz45g.jp"),
    ],
)
def test_both_ways_of_writing_an_international_domain_are_one(unicode, ascii):
    assert registrable(unicode) == registrable(ascii) == ascii


def test_a_sharp_s_is_not_two():
    """The two are different domains with different owners (RFC 5895, IDNA 2008)."""
    assert registrable("straße.de") != registrable("strasse.de")


def test_lookalikes_are_different_domains():
    assert registrable("аcme.com") == "xn--cme-5cd.com"  # noqa: RUF001  Cyrillic on purpose


@pytest.mark.parametrize(
    "host",
    [
        "", "com", "co.uk", "localhost", "printer.local", "crm.internal", "nas.lan", "a.localhost",
        "192.168.1.10", "10.0.0.1", "::1", "[2001:db8::1]", "acme", "acme..com", ".", "-acme.com",
        "acme.com, globex.com", "acme com", "1.2.3", "a" * 300 + ".com",
    ],
)  # fmt: skip
def test_what_nobody_registered_belongs_to_nobody(host):
    assert registrable(host) is None


@given(st.text(max_size=300))
def test_whatever_is_asked_the_answer_is_a_domain_or_nothing(host):
    found = registrable(host)
    assert found is None or (found.isascii() and registrable(found) == found)


def test_nothing_is_downloaded_and_nothing_written(tmp_path):
    """The list comes with the installed package; a new process without network or home has it."""
    script = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from context_sidecar.engine.directory.domains import registrable\n"
        "assert registrable('a.acme.co.uk') == 'acme.co.uk'\n"
    )
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", script], env=home, check=True, timeout=30)
    assert list(tmp_path.iterdir()) == []


def test_every_free_mail_service_is_listed_by_its_registrable_domain():
    assert {domain for domain in FREE_MAIL if registrable(domain) != domain} == set()


normalise = Normaliser(registrable, FREE_MAIL | {"extra.example"})


@pytest.mark.parametrize(
    "written",
    [
        "ana@acme.example", "ana@mail.acme.example", "Ana <ana@acme.example>", "ACME.example",
        "mailto:ana@acme.example", "https://www.acme.example/about?x=a@b", "acme.example.",
        "https://user:pw@acme.example:8443/@team", " acme.example\n",
        "http://acme.example#top",
    ],
)  # fmt: skip
def test_an_address_of_any_kind_gives_its_owners_domain(written):
    assert normalise("domain", written) == "acme.example"


@pytest.mark.parametrize(
    "written",
    [
        "ana@gmail.com", "ana@googlemail.com", "ana@web.de", "ana@qq.com", "ana@yahoo.co.uk",
        "ana@mail.ru", "ana@sub.extra.example", "https://www.orange.fr/",
    ],
)  # fmt: skip
def test_a_free_mail_address_says_nothing_about_the_customer(written):
    assert normalise("domain", written) is None


@pytest.mark.parametrize(
    "written",
    [
        "ana@acme.example, bob@globex.example", "ana@acme.example bob@globex.example",
        '"bob@globex.example" <ana@acme.example>', "acme.example globex.example", "@", "://", None,
    ],
)  # fmt: skip
def test_of_several_addresses_none_is_guessed(written):
    assert normalise("domain", written) is None
