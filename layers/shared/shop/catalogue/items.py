"""Conversion of products to items of the table, and the items that lead to them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from shop import problems
from shop.calendar import Interval
from shop.catalogue.model import LARGEST_NUMBER, SHOP_TERMS, Product, ProductTerms, folded
from shop.dynamodb import keys, search
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.search import Indexed
from shop.dynamodb.writes import Item, Write
from shop.money import CENT, ZERO
from shop.text import search_text, words

_OPTIONAL = ("stock", "category", "sku", "picture")
"""Fields that are stored only when a product has them."""


def product_to_item(product: Product) -> Item:
    """Convert a product to its item; an archived product is in a list of its own."""
    item: Item = {
        **keys.product(product.id),
        "id": product.id,
        "name": product.name,
        "description": product.description,
        "price": product.price,
        "created_at": to_text(product.created_at),
        "updated_at": to_text(product.updated_at),
        "archived": product.archived,
        "version": product.version,
    }
    if terms := _terms_to_map(product.terms):
        item["terms"] = terms
    item |= {name: value for name in _OPTIONAL if (value := getattr(product, name)) is not None}
    if product.archived:
        return item | {"listing": keys.ARCHIVE_LISTING, "created_key": _number_key(product)}
    return item | {"listing": keys.PRODUCT_LISTING, **_sort_keys(product)}


def _terms_to_map(terms: ProductTerms) -> Item:
    """Convert the terms of a product to their stored form: only its own."""
    stored: Item = {"plan_markup": terms.plan_markup} if terms.plan_markup else {}
    if terms.least_first_share is not None:
        stored["least_first_share"] = terms.least_first_share
    if terms.most_installments is not None:
        stored["most_installments"] = terms.most_installments
    if terms.intervals is not None:
        stored["intervals"] = [interval.value for interval in terms.intervals]
    return stored


def _terms_from_map(stored: Item) -> ProductTerms:
    return ProductTerms(
        least_first_share=stored.get("least_first_share"),
        most_installments=int(stored["most_installments"]) if "most_installments" in stored else None,
        intervals=tuple(Interval(one) for one in stored["intervals"]) if "intervals" in stored else None,
        plan_markup=stored.get("plan_markup", ZERO),
    )


def product_from_item(item: Item) -> Product:
    """Read the product in an item."""
    return Product(
        id=int(item["id"]),
        name=item["name"],
        description=item["description"],
        price=item["price"],
        created_at=to_instant(item["created_at"]),
        updated_at=to_instant(item["updated_at"]),
        archived=item["archived"],
        stock=int(item["stock"]) if "stock" in item else None,
        category=item.get("category"),
        sku=item.get("sku"),
        terms=_terms_from_map(item["terms"]) if "terms" in item else SHOP_TERMS,
        picture=item.get("picture"),
        version=int(item["version"]),
    )


def price_key(price: Decimal) -> str:
    """Format a price so that texts sort like prices."""
    return f"{int(price / CENT):012}"


def _sort_keys(product: Product) -> Mapping[str, str]:
    number = _number_key(product)
    return {
        "created_key": number,
        "name_key": f"{_sortable(product.name)}#{number}",
        "price_key": f"{price_key(product.price)}#{number}",
    }


def _number_key(product: Product) -> str:
    """Format a product's number so that texts sort like numbers."""
    return f"{product.id:0{len(str(LARGEST_NUMBER))}}"


def _sortable(name: str) -> str:
    """Shorten a folded name for a sort key, which has at most 1,024 bytes; a character takes up to four."""
    return " ".join(words(name))[:100]


def _indexed(product: Product | None) -> Indexed | None:
    """Return the search entry of a product; an archived product has none."""
    if product is None or product.archived:
        return None
    text = search_text(product.name, product.sku or "", product.category or "")
    return Indexed(_number_key(product), keys.product(product.id), text, _sort_keys(product))


def _category_lead(product: Product | None) -> Item | None:
    """Return the item that lists a product in its category; an archived product is in none."""
    if product is None or product.archived or product.category is None:
        return None
    category, number = folded(product.category), _number_key(product)
    return {
        **keys.category_lead(category, number),
        "of": dict(keys.product(product.id)),
        "listing": keys.category_listing(category),
        **_sort_keys(product),
    }


def _sku_lead(product: Product | None) -> Item | None:
    """Return the item that reserves the SKU of a product, archived or not."""
    if product is None or product.sku is None:
        return None
    return {**keys.sku(folded(product.sku)), "of": dict(keys.product(product.id))}


def leading_to(product: Product) -> list[Item]:
    """Return the items that lead to a product: its search words, its place in its category, its SKU."""
    indexed = _indexed(product)
    found = search.items(keys.PRODUCT_LISTING, indexed) if indexed else []
    return found + [lead for lead in (_category_lead(product), _sku_lead(product)) if lead]


def creation(product: Product) -> list[Write]:
    """Return the writes of a new product. They fail unless its number is the next one.

    They raise Conflict when another product has its SKU.
    """
    is_first = product.id == 1
    counted = Write.update(
        keys.catalogue_totals(),
        "ADD products :one SET last_number = :number",
        {":one": 1, ":number": product.id} | ({} if is_first else {":before": product.id - 1}),
        "attribute_not_exists(last_number)" if is_first else "last_number = :before",
    )
    return [Write.create(product_to_item(product)), counted, *_leads(None, product)]


def replacement(before: Product, after: Product) -> list[Write]:
    """Return the writes of a changed product. They fail unless it is as it was before.

    They raise Conflict when another product has its new SKU.
    """
    writes = [Write.replace(product_to_item(after), before.version), *_leads(before, after)]
    if after.archived is not before.archived:
        writes.append(Write.add(keys.catalogue_totals(), {"products": -1 if after.archived else 1}))
    return writes


def _leads(before: Product | None, after: Product) -> list[Write]:
    return [
        *search.writes(keys.PRODUCT_LISTING, _indexed(before), _indexed(after)),
        *_moved(_category_lead(before), _category_lead(after)),
        *_counted(before, after),
        *_reserved(_sku_lead(before), _sku_lead(after)),
    ]


def _moved(before: Item | None, after: Item | None) -> list[Write]:
    """Return the writes that list a product in another category, or under other sort keys."""
    if before == after:
        return []
    gone = [Write.delete(_key_of(before))] if before and (after is None or _key_of(before) != _key_of(after)) else []
    return gone + ([Write.put(after)] if after else [])


def _counted(before: Product | None, after: Product) -> list[Write]:
    """Return the writes that count the products of categories. A category is called as it was last written."""
    old = None if before is None or before.archived else before.category
    new = None if after.archived else after.category
    if old == new:
        return []
    is_same = old is not None and new is not None and folded(old) == folded(new)
    writes = [Write.add(keys.category(folded(old)), {"products": -1})] if old is not None and not is_same else []
    if new is not None:
        named = Write.update(
            keys.category(folded(new)),
            "ADD products :more SET #name = :name",
            {":more": 0 if is_same else 1, ":name": new},
            names={"#name": "name"},
        )
        writes.append(named)
    return writes


def _reserved(before: Item | None, after: Item | None) -> list[Write]:
    """Return the writes that reserve a SKU, and give up the last one."""
    if before == after:
        return []
    gone = [Write.delete(_key_of(before))] if before else []
    taken = replace(Write.create(after), refusal=problems.SKU_TAKEN.error()) if after else None
    return gone + ([taken] if taken else [])


def _key_of(item: Item) -> keys.Key:
    return keys.Key(PK=item["PK"], SK=item["SK"])


def taking(product_id: int, pieces: int) -> Write:
    """Return the write that takes pieces of a product from its stock. It fails when fewer are left."""
    return Write.update(
        keys.product(product_id),
        "SET stock = stock - :pieces, version = version + :one",
        {":pieces": pieces, ":one": 1},
        "stock >= :pieces",
    )


def putting_back(product_id: int, pieces: int) -> Write:
    """Return the write that puts pieces of a product back into its stock. It fails when that is not counted."""
    return Write.update(
        keys.product(product_id),
        "SET stock = stock + :pieces, version = version + :one",
        {":pieces": pieces, ":one": 1},
        "attribute_exists(stock)",
    )
