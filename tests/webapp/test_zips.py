from __future__ import annotations

import pytest

from store import zips
from store.ids import new_id
from tests.people import ready_photo
from tests.webapp.conftest import Browser, text


def test_chosen_photos_become_a_zip_that_only_they_can_see(anna: Browser, ben: Browser) -> None:
    photo = ready_photo(anna.user_id)

    page = anna.post("/zips", photo_id=photo.photo_id).location

    assert "0 of 1 photos are prepared" in text(anna.get(page))
    looking_again = anna.get(page, HX_Request="true").text
    assert "0 of 1 photos are prepared" in looking_again
    assert "<html" not in looking_again
    assert ben.get(page).status_code == 404
    assert ben.get(page + "/1").status_code == 404


def test_finished_zip_is_handed_out_part_by_part(anna: Browser) -> None:
    zip_id = zips.create(anna.user_id, [new_id(), new_id()])
    found = zips.note_prepared(zips.get(zip_id), prepared=2, skipped=[])
    found = zips.note_part(found, packed=1, size=5_000_000)
    zips.note_part(found, packed=2, size=1_000_000)

    page = anna.get(f"/zips/{zip_id}")

    assert "Download part 1 (5.0 MB)" in text(page)
    assert "(5,0 MB)" in text(anna.get(f"/zips/{zip_id}", Accept_Language="de"))
    assert f"/downloads/zips/{zip_id}/2.zip?" in anna.get(f"/zips/{zip_id}/2").location
    assert anna.get(f"/zips/{zip_id}/3").status_code == 404


@pytest.mark.parametrize("chosen", [{}, {"photo_id": "nonsense"}])
def test_nothing_chosen_is_said(anna: Browser, chosen: dict[str, str]) -> None:
    answer = anna.post("/zips", **chosen)

    assert answer.status_code == 400
    assert "choose some photos" in text(answer)
