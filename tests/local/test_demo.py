"""The demo's people and pictures, without the demo."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from local.demo.move_in import SIZES
from local.demo.people import FRIENDS, PEOPLE
from local.demo.pictures import paint
from local.demo.shots import SHOTS
from store.words import clean_caption, parse_tags

TAKEN_AT = datetime(2026, 7, 1, 18, 30, tzinfo=UTC)
NAMES = {email.split("@")[0] for email in PEOPLE}


@pytest.mark.parametrize("scene", sorted({shot.scene for shot in SHOTS}))
def test_a_scene_is_a_picture_and_always_the_same_one(scene: str) -> None:
    painted = paint(scene, 7, (160, 120), TAKEN_AT)

    assert painted == paint(scene, 7, (160, 120), TAKEN_AT)
    assert painted != paint(scene, 8, (160, 120), TAKEN_AT)
    picture = Image.open(io.BytesIO(painted))
    assert (picture.format, picture.size) == ("JPEG", (160, 120))
    assert picture.getexif().get_ifd(0x8769)[0x9003] == "2026:07:01 18:30:00"
    assert len(picture.resize((8, 8)).getcolors()) > 8, "a blank sheet"


def test_six_people_share_some_forty_photos() -> None:
    assert len(NAMES) == 6
    assert 38 <= len(SHOTS) <= 46
    assert {shot.person for shot in SHOTS} == NAMES


def test_everybody_has_a_friend_and_nobody_has_all_of_them() -> None:
    friends = {
        name: {b if a == name else a for a, b in FRIENDS if name in (a, b)} for name in NAMES
    }

    assert all(1 <= len(found) < len(NAMES) - 1 for found in friends.values())


def test_what_they_write_is_stored_as_they_write_it() -> None:
    assert all(clean_caption(shot.caption) == shot.caption for shot in SHOTS)
    assert all(", ".join(parse_tags(shot.tags)) == shot.tags for shot in SHOTS)


def test_the_pictures_have_several_shapes() -> None:
    assert {width > height for width, height in SIZES} == {True, False}
