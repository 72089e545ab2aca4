"""How values that DynamoDB has no type for are kept in items."""

from datetime import UTC, datetime


def to_text(instant: datetime) -> str:
    """An instant as ISO 8601 in UTC, to the microsecond, so that texts sort as instants do."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_instant(text: str) -> datetime:
    """The instant that `to_text` wrote."""
    return datetime.fromisoformat(text)


def to_epoch(instant: datetime) -> int:
    """Seconds since 1970, which the table's time to live counts in."""
    return int(instant.timestamp())
