"""`python -m benchmarks.fanout_model`: the month's bill for the feed and its news, and how late
they are, at 10 people to 100 million, for fan-out on write, on read, and by friend count.

Constants are what the code does, as `benchmarks.fanout` counts it; prices are deploy/prices.py's,
without free tiers.
"""

from __future__ import annotations

from dataclasses import dataclass

from deploy.prices import ARM64, DATE, PRICES

# A person's month.
PHOTOS = 20
BURST = 10  # photos that come together
VIEWS = 60  # of the feed
READS_NOTICES = 10
POLLS = 600  # ten hours with the page open, mostly idle: see static/js/news.js

# Write units. An entry is under 1 KB; a transaction counts twice.
ENTRY = 1.0  # a feed entry, for each photo and friend
POSTINGS = 4.0  # what search finds it by, for each photo and friend; one more for a tag or word
NOTICE = 4.0  # notice and inbox in a transaction, for each burst and friend
BUNDLE = 10.0  # told, window and a bundle of up to 3 KB in a transaction, for each photo
# Read units (consistent, 4 KB each; half for the index).
PAGE = 75.0  # 1 for the entries, 74 for photos, friendships, names and the session
ROLL = 3.0  # 24 photos of one owner's roll, by the index
FRIENDS_A_UNIT = 40.0  # friendship items in one unit, when the fan-out lists them

# A thousand friends: some 280 batches of 25 (entries, and the postings that search reads), 20
# transactions of 100, 10 batches of messages; 12 ms each from Lambda to DynamoDB.
SECONDS_A_THOUSAND = 3.7
SECONDS_A_QUERY, QUERIES_AT_ONCE = 0.006, 16


@dataclass(frozen=True)
class Size:
    """So many people; most have `friends`, one in a thousand has `many`."""

    people: int
    friends: int
    many: int


SIZES = (
    Size(10, 9, 9),
    Size(1_000, 60, 300),
    Size(1_000_000, 150, 3_000),
    Size(100_000_000, 200, 5_000),
)
SWITCH = 1_000  # friends from which on the hybrid reads


def main() -> None:
    print(f"US dollars a month, prices of {DATE}\n")
    print(
        "| people | on write | on read | hybrid | search | news | a person "
        "| late on write | page on read |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for size in SIZES:
        write, read, hybrid = (feed(size, switch) for switch in (10**9, 0, SWITCH))
        told, found = news(size), search(size)
        late = SECONDS_A_THOUSAND * size.many / 1000
        page = size.friends / QUERIES_AT_ONCE * SECONDS_A_QUERY
        print(
            f"| {size.people:,} | {write:,.2f} | {read:,.2f} | {hybrid:,.2f} "
            f"| {found:,.2f} | {told:,.2f} | {(write + found + told) / size.people:.4f} "
            f"| {late:.1f} s | {page:.2f} s |"
        )
    print(
        f"\nOne photo to 150 friends: ${photo(150):.6f}, and ${postings(150):.6f} for search; a "
        f"burst of 60 to 150: ${60 * (photo(150) + postings(150)) + burst(150):.5f}, "
        f"to 5,000: ${60 * (photo(5000) + postings(5000)) + burst(5000):.4f}."
    )
    cheaper = VIEWS * ROLL * price("table_reads") / (ENTRY * price("table_writes"))
    print(
        f"Writing is cheaper for whoever adds fewer than {cheaper:.0f} photos a month, "
        "whatever the number of friends: both costs grow with it alike."
    )


def feed(size: Size, switch: int) -> float:
    """Return the cost of writing and reading feeds if owners with `switch` friends are read."""
    total = 0.0
    owners = ((size.people * 0.999, size.friends), (size.people * 0.001, size.many))
    for count, friends in owners:
        if friends < switch:
            total += count * PHOTOS * photo(friends)
        else:
            total += count * friends * VIEWS * ROLL * price("table_reads")
    return total + size.people * VIEWS * PAGE * price("table_reads")


def photo(friends: int) -> float:
    """Return what writing one photo into its friends' feeds costs, the queue's part included."""
    units = friends * ENTRY * price("table_writes")
    listing = friends / FRIENDS_A_UNIT * price("table_reads")
    return units + listing + price("sns") + 3 * price("sqs") + _lambda(friends / 1000 * 4)


def postings(friends: int) -> float:
    """Return what it costs that these friends can search for one photo.

    The same whichever way feeds go: no page could ask the photos of every friend for a word.
    """
    return friends * POSTINGS * price("table_writes")


def search(size: Size) -> float:
    """Return the cost of everybody's postings."""
    owners = ((size.people * 0.999, size.friends), (size.people * 0.001, size.many))
    return sum(count * PHOTOS * postings(friends) for count, friends in owners)


def burst(friends: int) -> float:
    """Return what telling a burst of photos to these friends costs: in the app, and the messages
    by which push and mail hear of it."""
    told = friends * NOTICE * price("table_writes")
    messages = friends / 10
    channels = messages * (price("sns") / 10 + 2 * 3 * price("sqs")) + _lambda(messages * 0.1)
    return told + channels + friends * price("table_reads")


def news(size: Size) -> float:
    """Return the cost of notices, of reading them, and of polls."""
    bursts = size.people * PHOTOS / BURST
    told = bursts * burst(size.friends) + size.people * PHOTOS * BUNDLE * price("table_writes")
    read = size.people * READS_NOTICES * 80 * price("table_reads")
    polls = size.people * POLLS * (2 * price("table_reads") + price("api") + _lambda(0.015))
    return told + read + polls


def _lambda(seconds: float) -> float:
    return seconds * 0.5 * ARM64 + price("lambda_requests")


def price(name: str) -> float:
    """Return what one unit costs."""
    found = PRICES[name]
    return found.dollars / found.per


if __name__ == "__main__":
    main()
