"""Sessions when requests are repeated."""

from datetime import timedelta

from shop.accounts.sessions import Session, StoredSessions
from shop.bootstrap import Shop


def test_of_several_rotations_the_first_stands_and_all_are_told_of_it(shop: Shop) -> None:
    stored, now = StoredSessions(shop.table), shop.clock()
    begun, later = Session("family", "first", now, now), now + timedelta(seconds=1)
    ends = later + timedelta(days=7)
    stored.begin("somebody", begun, ends)
    assert stored.with_account("somebody", "family") == (None, begun)

    rotated = stored.rotate("somebody", begun, "second", later, ends)

    assert rotated == Session("family", "second", now, later, "first")
    assert stored.rotate("somebody", begun, "second", later, ends) == rotated, "repeated, as its answer was lost"
    assert stored.rotate("somebody", begun, "another", later, ends) == rotated
    assert stored.with_account("somebody", "family") == (None, rotated)


def test_a_session_that_ended_meanwhile_is_not_rotated(shop: Shop) -> None:
    stored, now = StoredSessions(shop.table), shop.clock()
    begun = Session("family", "first", now, now)
    stored.begin("somebody", begun, now + timedelta(days=7))
    stored.end("somebody", "family")

    assert stored.rotate("somebody", begun, "second", now, now + timedelta(days=7)) is None
