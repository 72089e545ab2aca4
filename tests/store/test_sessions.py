"""Sessions under repetitions that nobody asked for."""

from datetime import timedelta

from shop.store.sessions import Session, StoredSessions
from shop.wiring import Shop


def test_a_rotation_repeated_because_its_answer_was_lost_is_no_second_use(shop: Shop) -> None:
    stored, now = StoredSessions(shop.table), shop.clock()
    session, ends = Session("family", "first", now), now + timedelta(days=7)
    stored.begin("somebody", session, ends)

    assert stored.rotate("somebody", session, "second", ends)
    assert stored.rotate("somebody", session, "second", ends)
    assert not stored.rotate("somebody", session, "stolen", ends)
