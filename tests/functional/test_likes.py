"""Many at once: the numbers on a photo stay right, with the site and the table as they run."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack import Stack
from tests.visitor import Visitor

PEOPLE, PARALLEL = 10, 50


@pytest.fixture
def friends(stack: Stack) -> list[Visitor]:
    """Ada and nine friends of hers."""
    people = []
    for n in range(PEOPLE):
        visitor = Visitor(stack.url)
        visitor.sign_in(f"racer{n}.{random.getrandbits(40):x}@people.example", f"Racer {n}")
        people.append(visitor)
    ada, *others = people
    for other in others:
        page = ada.post("/invites").text
        link = re.search(r'value="(http[^"]+/invites/[^"]+)"', page)[1]
        other.post(link.removeprefix(stack.url) + "/acceptance")
    return people


def number(visitor: Visitor, photo_id: str, what: str) -> int:
    found = re.search(rf"(\d+) {what}s?\b", visitor.get(f"/photos/{photo_id}").text)
    return int(found[1]) if found else 0


def test_fifty_likes_and_unlikes_at_once_end_with_the_right_number(
    friends: list[Visitor], picture: Callable[[], bytes]
) -> None:
    ada = friends[0]
    photo_id = ada.upload(picture())
    ada.wait_until_ready(photo_id)
    tokens = {id(friend): friend.csrf_token() for friend in friends}

    def change(n: int) -> int:
        friend, verb = friends[n % PEOPLE], random.choice(["like", "like/removal"])
        answer = friend.session.post(
            f"{friend.url}/photos/{photo_id}/{verb}",
            data={"csrf_token": tokens[id(friend)]},
            allow_redirects=False,
            timeout=60,
        )
        return answer.status_code

    with ThreadPoolExecutor(PARALLEL) as threads:
        answers = list(threads.map(change, range(PARALLEL)))

    assert set(answers) == {303}
    liking = [
        friend
        for friend in friends
        if 'aria-pressed="true"' in friend.get(f"/photos/{photo_id}").text
    ]
    assert number(ada, photo_id, "like") == len(liking)
    listed = ada.get(f"/photos/{photo_id}/likes").text
    assert listed.count("list__name") == len(liking)


def test_one_form_sent_ten_times_at_once_is_one_comment(
    friends: list[Visitor], picture: Callable[[], bytes]
) -> None:
    ada = friends[0]
    photo_id = ada.upload(picture())
    ada.wait_until_ready(photo_id)
    form_id = re.search(r'name="form_id" value="(\w+)"', ada.get(f"/photos/{photo_id}").text)[1]
    token = ada.csrf_token()

    def post(_: int) -> int:
        return ada.session.post(
            f"{ada.url}/photos/{photo_id}/comments",
            data={"csrf_token": token, "form_id": form_id, "text": "Once, please"},
            allow_redirects=False,
            timeout=60,
        ).status_code

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(post, range(10)))

    assert set(answers) == {303}
    assert ada.get(f"/photos/{photo_id}").text.count("Once, please") == 1
    assert number(ada, photo_id, "comment") == 1
