"""A product is stored whole, and one that an earlier release stored stays readable."""

from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal

from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.items import product_from_item, product_to_item
from shop.catalogue.model import Product, ProductTerms
from shop.dynamodb.attributes import encoded

FIRST_RELEASE = {
    "PK": "PRODUCT#1",
    "SK": "PRODUCT",
    "schema": 1,
    "id": 1,
    "name": "Rice Cooker",
    "description": "1.8 litres",
    "price": Decimal(1000),
    "created_at": "2026-11-23T06:00:00.000000Z",
    "updated_at": "2026-11-23T06:00:00.000000Z",
    "archived": False,
    "version": 1,
    "listing": "PRODUCT",
    "created_key": "0000001",
    "name_key": "rice cooker#0000001",
    "price_key": "000000100000#0000001",
}


def test_each_field_is_stored_and_read_again() -> None:
    added, changed = datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 24, 6, tzinfo=UTC)
    full = Product(
        7,
        "Rice Cooker",
        "1.8 litres",
        Decimal(1000),
        added,
        changed,
        archived=True,
        stock=5,
        category="Kitchen",
        sku="RC-18",
        terms=ProductTerms(Decimal("0.5"), 6, (Interval.MONTHLY, Interval.WEEKLY), Decimal("0.1")),
        picture="a.png",
        version=3,
    )

    assert product_from_item(product_to_item(full)) == full
    for field in fields(Product):
        assert getattr(full, field.name) != field.default, f"give {field.name} a value that is not its default"


def test_a_product_of_the_first_release_is_read_and_reconciles(shop: Shop, product: Product) -> None:
    shop.table.client.put_item(TableName=shop.table.name, Item=encoded(FIRST_RELEASE)["M"])

    stored = shop.catalogue.read(product.id)
    assert (stored.name, stored.description, stored.price) == ("Rice Cooker", "1.8 litres", Decimal(1000))
    assert not shop.reconciliation.run().differences
