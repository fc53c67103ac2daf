"""Real photos beside the project, where there are any."""

from pathlib import Path

import pytest

PHOTOS = Path(__file__).parents[2].parent / "shared" / "photos"


@pytest.fixture(scope="session")
def photos() -> Path:
    if not PHOTOS.is_dir():
        pytest.skip("no real photos in ../shared/photos")
    return PHOTOS
