"""The environment, the template and the settings say the same."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from shop.config import Settings, load_settings

TEMPLATE = (Path(__file__).parents[2] / "template.yaml").read_text(encoding="utf-8")


def test_every_variable_of_the_template_is_a_setting() -> None:
    names = {name.lower() for name in re.findall(r"SHOP_(\w+):", TEMPLATE)}

    assert names <= set(Settings.model_fields)
    assert set(Settings.model_fields) - names == {"bcrypt_cost"}


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(ValidationError, match="late_fee_rate"):
        load_settings({"SHOP_TABLE_NAME": "table", "SHOP_LATE_FEE_RATE": "10"})
