"""`sidecar preview`: a folder to look at."""

from __future__ import annotations


def test_a_folder_is_written_that_begins_with_its_index(sidecar, tmp_path):
    out = tmp_path / "seen"

    done = sidecar("preview", "--out", str(out))

    assert f"{out}/index.html" in done.output
    assert (out / "guide.html").is_file()
    assert (out / "cards/ticket/card/fresh.html").is_file()


def test_an_older_preview_is_replaced(sidecar, tmp_path):
    sidecar("preview", "--out", str(tmp_path / "seen"))
    sidecar("preview", "--out", str(tmp_path / "seen"), "--locale", "de")

    assert "So lesen Sie die Karten" in (tmp_path / "seen/guide.html").read_text()


def test_what_is_somebody_elses_stays(sidecar, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("mine")

    done = sidecar("preview", "--out", str(tmp_path / "site"), status=1)

    assert "holds something else" in done.stderr
    assert (tmp_path / "site/index.html").read_text() == "mine"


def test_a_card_that_is_not_there_is_refused_with_the_nearest_name(sidecar, tmp_path):
    done = sidecar("preview", "--out", str(tmp_path / "seen"), "--card", "tiket", status=2)

    assert "Did you mean `ticket`?" in done.stderr
