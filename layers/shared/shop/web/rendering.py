"""Templates of pages, in the visitor's language and the shop's formats."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from shop.calendar import local_day
from shop.money import Formats, Language
from shop.web import assets
from shop.web.languages import texts_in


@cache
def templates(folder: Path, language: Language) -> Environment:
    """Return the templates of a function, beside the shared ones, with their texts in a language."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder), PackageLoader("shop.web")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # the extension adds this method
    made.install_gettext_translations(texts_in(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals["asset"] = assets.hashed_name
    return made


def formats_of(formats: Formats, zone: ZoneInfo) -> Mapping[str, object]:
    """Return how pages write amounts, rates, days and instants, as values for a template."""

    def moment(instant: datetime) -> str:
        return f"{formats.date(local_day(instant, zone))}, {formats.digits(f'{instant.astimezone(zone):%H:%M}')}"

    def day(value: date | datetime) -> str:
        return formats.date(local_day(value, zone) if isinstance(value, datetime) else value)

    return {
        "money": formats.amount,
        "percent": formats.percent,
        "digits": formats.digits,
        "day": day,
        "short_day": formats.short_date,
        "month": formats.month,
        "moment": moment,
    }
