"""The environment, the template and the settings say the same."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from shop.runtime.config import Settings, load_settings
from tests.support.roles import template

TEMPLATE = (Path(__file__).parents[2] / "template.yaml").read_text(encoding="utf-8")


def test_every_variable_of_the_template_is_a_setting() -> None:
    names = {name.lower() for name in re.findall(r"SHOP_(\w+):", TEMPLATE)}

    assert names <= set(Settings.model_fields)
    assert set(Settings.model_fields) - names == {"bcrypt_cost"}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("late_fee_rate", "10"),
        ("least_payment_share", "0.0099"),
        ("least_payment_share", "1.01"),
        ("access_token_minutes", "1441"),
    ],
)
def test_a_wrong_setting_is_named(setting: str, value: str) -> None:
    with pytest.raises(ValidationError, match=setting):
        load_settings({"SHOP_TABLE_NAME": "table", f"SHOP_{setting.upper()}": value})


def test_the_template_takes_the_shares_of_a_part_payment_that_the_settings_take() -> None:
    pattern = template()["Parameters"]["LeastPaymentShare"]["AllowedPattern"]
    taken = [
        share
        for share in ("0", "0.0", "0.009", "0.01", "0.05", "0.1", "0.25", "0.3333", "1", "1.0", "1.1", "2")
        if re.fullmatch(pattern, share)
    ]

    assert taken == ["0.01", "0.05", "0.1", "0.25", "0.3333", "1", "1.0"]


def test_an_access_token_may_last_a_day() -> None:
    most = template()["Parameters"]["AccessTokenMinutes"]["MaxValue"]

    settings = load_settings({"SHOP_TABLE_NAME": "table", "SHOP_ACCESS_TOKEN_MINUTES": str(most)})

    assert settings.access_token_minutes == most == 1440


@pytest.mark.parametrize(
    ("parameter", "setting", "taken", "refused"),
    [
        ("ShopName", "shop_name", ["কিস্তি বাজার", "Rahman & Sons <3"], ["", "two\nlines"]),
        ("ShopLogo", "shop_logo", ["", "https://a.example/b.png?c=d"], ["http://a.example/b", 'https://a"b', "b.png"]),
        ("ShopAddress", "shop_address", ["", "১২ লেক রোড, ঢাকা"], ["two\nlines"]),
        ("ShopPhone", "shop_phone", ["", "+880 1711-123456"], ["call us", "12"]),
        ("PayUrl", "pay_url", ["", "https://a.example/pay"], ["javascript:x", "https://a b"]),
    ],
)
def test_the_template_takes_the_texts_of_the_shop_that_the_settings_take(
    parameter: str, setting: str, taken: list[str], refused: list[str]
) -> None:
    pattern = template()["Parameters"][parameter]["AllowedPattern"]

    for text in taken:
        assert re.fullmatch(pattern, text), text
        assert getattr(Settings(**{"table_name": "table", setting: text}), setting) == text
    for text in refused:
        assert not re.fullmatch(pattern, text), text
        with pytest.raises(ValidationError, match=setting):
            Settings(**{"table_name": "table", setting: text})
