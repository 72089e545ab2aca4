"""The pages of staff about the shop itself: products, users, the audit log, settings."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from shop.accounts.audit_log import OPERATOR, Action, audit_entry, entry_writes
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import SHOP_TERMS, Product, ProductTerms
from shop.runtime.config import PaymentMode
from tests.api.conftest import PASSWORD, Person, Serve, signed_in
from tests.support.clock import Clock
from tests.support.pictures import KeptPictures, png
from tests.support.rest import call
from tests.support.visitor import Visitor

SCRIPT = "<script>alert(1)</script>"
NEW = "/admin/products/new"


def stored(shop: Shop, product: int) -> Product:
    found = shop.products.get(product)
    assert found is not None
    return found


def page_of(product: int) -> str:
    return f"/admin/products/{product}"


# Products


def test_a_product_is_added_and_found(staff: Visitor, shop: Shop) -> None:
    values = {
        "name": f"Pressure Cooker {SCRIPT}",
        "price": "2500.50",
        "stock": "7",
        "category": "Kitchen",
        "sku": "P-1",
    }
    terms = {"terms__least_first_share": "50", "terms__most_installments": "6", "terms__plan_markup": "12.5 %"}

    page = staff.send(staff.open(NEW), NEW, **values, **terms, **{"terms__intervals[]": "weekly"})

    assert "The product is on sale. Give it a picture now." in page.text
    product = stored(shop, int(page.path.rpartition("/")[2]))
    assert (product.price, product.stock, product.category, product.sku) == (Decimal("2500.50"), 7, "Kitchen", "P-1")
    assert dict(page.form(page.path).fields)["terms.least_first_share"] == "50"
    assert product.terms == ProductTerms(Decimal("0.5"), 6, (Interval.WEEKLY,), Decimal("0.125"))
    listed = staff.open("/admin/products?search=press")
    for said in (SCRIPT, "P-1", "৳2,500.50", "7", "On sale", "Kitchen"):
        assert said in listed.text
    assert SCRIPT not in listed.html + page.html
    assert listed.link("Pressure Cooker") == page.path
    assert "Nothing was found." in staff.open("/admin/products?search=zebra").text


def test_a_product_with_the_number_of_another_is_not_added(staff: Visitor, shop: Shop) -> None:
    page = staff.open(NEW)

    staff.send(page, NEW, name="Fan", price="1000", sku="F-1")
    again = staff.send(page, NEW, name="Fan", price="1000", sku="F-1")

    assert (again.status, "Another product has this SKU" in again.text) == (409, True)
    assert dict(again.form(NEW).fields)["name"] == "Fan"
    assert shop.catalogue.total() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("price", "0", "must be at least 0.01."),
        ("price", "1.234", "must have at most 2 decimals."),
        ("stock", "-1", "must be a whole number."),
        ("terms__least_first_share", "10", "must be at least the shop's: 30 %."),
        ("terms__least_first_share", "101", "must be at most 100."),
        ("terms__least_first_share", "much", "must be a number, like 1234.50."),
        ("terms__most_installments", "61", "must be at most"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(staff: Visitor, shop: Shop, field: str, value: str, said: str) -> None:
    page = staff.send(staff.open(NEW), NEW, **{"name": "Fan", "price": "1000", field: value})

    assert (page.status, said in page.text) == (400, True)
    assert page.html.count('aria-invalid="true"') == 1
    assert dict(page.form(NEW).fields)[field.replace("__", ".")] == value
    assert shop.catalogue.total() == 0


def test_a_product_is_changed_and_sales_meanwhile_stay_counted(
    staff: Visitor, product: int, customer: Person, shop: Shop
) -> None:
    here = page_of(product)
    page = staff.send(staff.open(here), f"{here}/stock", stock="5")
    assert ("The stock is set." in page.text, dict(page.form(f"{here}/stock").fields)["stock"]) == (True, "5")
    order = {"product": product, "quantity": 2, "first_installment_amount": 2000, "installment_count": 1}
    assert customer.call("POST", "/purchases/create/", order).status == 201

    values = {"name": "Rice Cooker XL", "price": "1200", "category": "Kitchen", "terms__most_installments": "3"}
    page = staff.send(page, here, **values, **{"terms__intervals[]": "monthly"})

    assert "The product is changed." in page.text
    changed = stored(shop, product)
    assert (changed.name, changed.price, changed.stock) == ("Rice Cooker XL", Decimal(1200), 3)
    assert (changed.category, changed.description) == ("Kitchen", "1.8 litres")
    assert changed.terms == ProductTerms(most_installments=3, intervals=(Interval.MONTHLY,))
    fields = dict(page.form(here).fields)
    assert (fields["terms.most_installments"], fields["terms.intervals[]"]) == ("3", "monthly")


def test_what_is_left_blank_is_taken_away(staff: Visitor, product: int, shop: Shop) -> None:
    here = page_of(product)
    full = {"category": "Kitchen", "sku": "R-1", "terms__plan_markup": "0.05"}
    page = staff.send(staff.open(here), here, **full, **{"terms__intervals[]": "weekly"})
    page = staff.send(page, f"{here}/stock", stock="0")
    assert "Sold out" in page.text

    blank = {"description": "", "category": "", "sku": "", "terms__plan_markup": "", "terms__intervals[]": ""}
    page = staff.send(staff.send(page, here, **blank), f"{here}/stock", stock="")

    after = stored(shop, product)
    assert (after.description, after.category, after.sku, after.terms) == ("", None, None, SHOP_TERMS)
    assert (after.stock, "Sold out" in page.text) == (None, False)


def test_a_wrong_change_keeps_what_was_typed(staff: Visitor, product: int, shop: Shop) -> None:
    here = page_of(product)

    page = staff.send(staff.open(here), here, name=SCRIPT, price="0")
    assert (page.status, "must be at least 0.01." in page.text, SCRIPT in page.html) == (400, True, False)
    assert dict(page.form(here).fields)["name"] == SCRIPT
    page = staff.send(staff.open(here), f"{here}/stock", stock="1000001")
    assert (page.status, dict(page.form(f"{here}/stock").fields)["stock"]) == (400, "1000001")
    assert dict(page.form(here).fields)["name"] == stored(shop, product).name == "Rice Cooker"


def test_a_product_is_taken_off_sale_and_put_on_sale_again(staff: Visitor, product: int, shop: Shop) -> None:
    here = page_of(product)
    page = staff.send(staff.open(here), f"{here}/stock", stock="4")
    for said in ("Nobody can buy it.", "4 pieces stay unsold.", "It can be put on sale again."):
        assert said.lower() in page.text.lower()

    for _ in range(2):
        off = staff.send(page, f"{here}/archive")
        assert (off.path, "The product is off sale." in off.text, stored(shop, product).archived) == (here, True, True)
    assert [form.action for form in off.forms if form.action.startswith(f"/dev{here}")] == [f"/dev{here}/restore"]
    assert "Rice Cooker" not in staff.open("/admin/products").text
    archived = staff.open("/admin/products/archived")
    assert archived.link("Rice Cooker") == here
    for _ in range(2):
        on = staff.send(archived, f"{here}/restore")
        assert (on.path, "The product is on sale again." in on.text) == (here, True)
    assert "Nothing is off sale." in staff.open("/admin/products/archived").text
    assert not stored(shop, product).archived


def test_an_archived_product_is_not_changed(staff: Visitor, product: int, shop: Shop) -> None:
    here = page_of(product)
    page = staff.open(here)
    staff.send(page, f"{here}/archive")

    refused = staff.send(page, here, name="Other")

    assert (refused.status, "Product not found." in refused.text) == (404, True)
    assert stored(shop, product).name == "Rice Cooker"


def test_lists_of_products_have_pages(staff: Visitor, admin: Person) -> None:
    for number in range(26):
        admin.call("POST", "/products/", {"name": f"Pot {number:02}", "price": 1})

    first = staff.open("/admin/products")
    second = staff.open(f"/admin/products{first.link('Next')}")

    assert ("Pot 24" in first.text, "Pot 25" in first.text) == (True, False)
    assert ("Pot 25" in second.text, "Pot 24" in second.text) == (True, False)
    assert staff.open(f"/admin/products{second.link('Previous')}").text == first.text


# Pictures


def kept(shop: Shop) -> list[bytes]:
    store = shop.make_pictures("")
    assert isinstance(store, KeptPictures)
    return list(store.kept.values())


def test_a_picture_is_added_replaced_and_removed(staff: Visitor, product: int, shop: Shop) -> None:
    here = page_of(product)

    every_byte = png(1, 2) + bytes(range(256)) + b"\r\n--\r\n"
    for data in (png(1, 1), every_byte, every_byte):
        page = staff.upload(staff.open(here), f"{here}/picture", "picture", data)
        assert ("The product has this picture now." in page.text, kept(shop)) == (True, [data])
    address = f'src="/dev/products/pictures/{stored(shop, product).picture}"'
    assert (address in page.html, address in staff.open("/admin/products").html) == (True, True)
    for _ in range(2):
        assert "The picture is removed." in staff.send(page, f"{here}/picture/remove").text
    assert (kept(shop), stored(shop, product).picture) == ([], None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is missing."),
        (b"GIF89a", "This is no JPEG, PNG or WebP picture."),
        (SCRIPT.encode(), "This is no JPEG, PNG or WebP picture."),
        (png(2001, 1), "A picture may have up to 1 MB, and 2000 pixels on each side."),
        (png(1, 1) + bytes(4 * 1024 * 1024), "A picture may have up to 1 MB, and 2000 pixels on each side."),
    ],
    ids=["nothing", "gif", "script", "wide", "heavy"],
)
def test_what_is_no_picture_is_refused_beside_its_field(
    staff: Visitor, product: int, shop: Shop, data: bytes, said: str
) -> None:
    here = page_of(product)

    page = staff.upload(staff.open(here), f"{here}/picture", "picture", data)

    assert (page.status, said in page.text, kept(shop)) == (400, True, [])
    assert page.html.count('aria-invalid="true"') == 1
    assert len(page.html) < 30_000


# Users


def user_page(person: Person) -> str:
    return f"/admin/users/{person.id}"


def test_an_owner_finds_a_user_and_changes_the_roles(staff: Visitor, customer: Person) -> None:
    here = user_page(customer)
    page = staff.open(staff.open(f"/admin/users?search={customer.username}").link(customer.username))
    assert (page.path, customer.email in page.text) == (here, True)

    page = staff.send(page, f"{here}/roles", is_staff="true")
    assert f"The roles of {customer.username} are changed." in page.text
    assert (customer.account_now().is_staff, customer.account_now().is_superuser) == (True, False)
    page = staff.send(page, f"{here}/roles", is_superuser="true")
    assert (customer.account_now().is_staff, customer.account_now().is_superuser) == (True, True)
    assert staff.post(f"{here}/roles").status == 200
    assert (customer.account_now().is_staff, customer.account_now().is_superuser) == (False, False)
    assert "Owner changed" in staff.open(here).text


def test_whoever_loses_a_role_is_signed_out(staff: Visitor, registered: Callable[..., Person], clock: Clock) -> None:
    colleague = registered(staff=True)
    visitor = signed_in(colleague)
    assert visitor.open("/admin/products").status == 200
    clock.move(seconds=1)

    staff.post(f"{user_page(colleague)}/roles")

    assert visitor.send(visitor.open(NEW), NEW, name="Fan", price="1").status == 403
    clock.move(minutes=15)
    assert visitor.open("/admin/products").path.startswith("/shop/account/sign-in")


def test_a_user_is_deactivated_and_activated_again(clerk: Visitor, customer: Person) -> None:
    here = user_page(customer)
    page = clerk.open(here)
    assert "gets no reminders" in page.text

    for _ in range(2):
        assert "can no longer sign in." in clerk.send(page, f"{here}/active").text
    assert Visitor().sign_in(customer.email, PASSWORD).status == 403
    page = clerk.open(here)
    assert "Deactivated" in page.text
    assert "may sign in again." in clerk.send(page, f"{here}/active").text
    assert Visitor().sign_in(customer.email, PASSWORD).status == 200


def test_clerks_change_no_roles_and_no_staff(
    clerk: Visitor, customer: Person, registered: Callable[..., Person]
) -> None:
    colleague = registered(staff=True, owner=False)

    assert "/roles" not in clerk.open(user_page(customer)).html
    assert clerk.post(f"{user_page(customer)}/roles", **{"is_staff!": "true"}).status == 403
    page = clerk.open(user_page(colleague))
    assert ("Only owners can change other staff." in page.text, "/active" in page.html) == (True, False)
    assert clerk.post(f"{user_page(colleague)}/active", **{"is_active!": "false"}).status == 403
    assert (customer.account_now().is_staff, colleague.account_now().is_active) == (False, True)


def test_nobody_changes_the_own_rights(staff: Visitor, admin: Person) -> None:
    page = staff.open(user_page(admin))
    assert ("This is your own account." in page.text, "/roles" in page.html) == (True, False)

    refused = staff.post(f"{user_page(admin)}/roles")

    assert (refused.status, "Another admin must change your rights." in refused.text) == (409, True)
    assert admin.account_now().is_superuser


def test_a_deleted_account_is_shown_without_a_name(staff: Visitor, customer: Person) -> None:
    customer.call("POST", "/accounts/delete/", {"password": PASSWORD})

    page = staff.open(user_page(customer))

    assert ("The person has deleted this account." in page.text, customer.email in page.text) == (True, False)
    assert "Deleted" in staff.open("/admin/users").text
    assert [form.action for form in page.forms if user_page(customer) in form.action] == []


def test_the_names_of_users_are_escaped(staff: Visitor, customer: Person, clock: Clock) -> None:
    customer.call("PATCH", "/accounts/profile/", {"first_name": SCRIPT})
    clock.move(seconds=1)
    staff.send(staff.open(user_page(customer)), f"{user_page(customer)}/active")

    for path in ("/admin/users", user_page(customer), "/admin/audit"):
        page = staff.open(path)
        assert (SCRIPT in page.text, SCRIPT in page.html) == (True, False), path


# The audit log


def test_the_audit_log_says_who_did_what(
    staff: Visitor, admin: Person, customer: Person, product: int, clock: Clock
) -> None:
    here = page_of(product)
    acts: tuple[tuple[str, str, dict[str, str]], ...] = (
        (here, here, {"price": "1100"}),
        (here, f"{here}/stock", {"stock": "3"}),
        (here, f"{here}/archive", {}),
        (user_page(customer), f"{user_page(customer)}/roles", {"is_staff": "true"}),
        (f"/admin/customers/{customer.id}", f"/admin/customers/{customer.id}/block", {"reason": "Bounced"}),
    )
    for where, action, values in acts:
        clock.move(seconds=1)
        staff.send(staff.open(where), action, **values)

    page = staff.open("/admin/audit")

    said = ("Buying blocked, or allowed again", "Reason: Bounced", "Blocked: yes", "User changed", "Staff: yes")
    more = ("Product taken off sale", "Stock: 3", "Price: ৳1,100.00", "Product added", admin.username)
    for text in (*said, *more):
        assert text in page.text
    assert page.text.index("Buying blocked") < page.text.index("User changed") < page.text.index("Product added")
    assert page.link("Rice Cooker") == here
    assert page.link(customer.username) == f"/admin/customers/{customer.id}"


def test_the_audit_log_words_what_was_changed(staff: Visitor, customer: Person) -> None:
    terms = {"terms__least_first_share": "50", "terms__most_installments": "6", "terms__plan_markup": "12.5"}
    staff.send(staff.open(NEW), NEW, name="Fan", price="900", **terms, **{"terms__intervals[]": "weekly"})
    contact = f"/admin/customers/{customer.id}/contact"
    staff.send(staff.open(contact), contact, first_name="Rahim", phone="01712345678")

    page = staff.open("/admin/audit")

    assert "Contact data: First name, Telephone" in page.text
    assert (
        "Least first payment, in percent of the price: 50; Most installments: 6; Falls due: every week; " in page.text
    )
    assert "Mark-up in several installments, in percent of the price: 12.5" in page.text


def test_every_act_has_words(staff: Visitor, admin: Person, shop: Shop, clock: Clock) -> None:
    for action in Action:
        clock.move(seconds=1)
        target = "9" if action.startswith("product.") else admin.id
        entry = audit_entry(OPERATOR, action, target, {"amount": "1.00", "credit_limit": None}, clock())
        shop.table.transact(entry_writes(entry))

    first = staff.open("/admin/audit")
    text = first.text + staff.open(f"/admin/audit{first.link('Next')}").text

    assert text.count("By command") == len(Action)
    assert "Credit limit: —" in text


def test_the_audit_log_is_a_file_too(staff: Visitor, product: int) -> None:
    page = staff.open("/admin/audit?format=csv")

    assert page.headers["Content-Disposition"] == ['attachment; filename="actions.csv"']
    header, row = page.html.splitlines()
    assert header == "\N{BYTE ORDER MARK}id,admin,action,target,details,at,request_id"
    assert f"product.added,{product}," in row


# Settings


def test_the_settings_are_shown_in_words_but_no_secret(staff: Visitor, shop: Shop, serve: Serve) -> None:
    settings = {"payment_mode": PaymentMode.CONFIRMED, "credit_limit": Decimal(50000), "shop_phone": "+880 2 123"}
    changed = replace(shop, settings=shop.settings.model_copy(update=settings))
    serve(changed)

    page = staff.open("/admin/settings")

    for said in (
        *("when staff have confirmed that the money came", "৳50,000.00", "+880 2 123", "30 % of the price", "BDT"),
        *("Asia/Dhaka", "LateFeeRate", "3, on the day", "They change by a deployment alone"),
    ):
        assert said in page.text.replace("\N{NO-BREAK SPACE}", " "), said
    for name in ("table_name", "secret_name", "picture_bucket", "mail_queue_url"):
        assert (value := str(getattr(shop.settings, name))) == "" or value not in page.html, name


# Everything


PAGES = ("/admin/products", "/admin/products/archived", NEW, "/admin/users", "/admin/audit", "/admin/settings")


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_of_staff_alone(path: str, customer: Person, clerk: Visitor) -> None:
    assert clerk.open(path).status == 200
    visitor = Visitor()
    assert visitor.open(path).path.startswith("/shop/account/sign-in")
    visitor.sign_in(customer.email, PASSWORD)
    assert visitor.open(path).status == 403


def test_customers_do_nothing_of_it(customer: Person, product: int, shop: Shop) -> None:
    visitor = signed_in(customer)
    before, here = stored(shop, product), page_of(product)

    assert [visitor.open(path).status for path in (here, user_page(customer))] == [403, 403]
    for path, values in (
        (NEW, {"name": "Fan", "price": "1"}),
        (here, {"name": "Fan", "price": "1"}),
        (f"{here}/stock", {"stock": "1"}),
        (f"{here}/picture/remove", {}),
        (f"{here}/picture", {"picture": "AAAA"}),
        (f"{here}/archive", {}),
        (f"{user_page(customer)}/roles", {"is_staff!": "true"}),
    ):
        assert visitor.post(path, **values).status == 403, path
    assert (stored(shop, product), customer.account_now().is_staff) == (before, False)


def test_a_form_of_another_site_does_nothing(staff: Visitor, product: int, customer: Person, shop: Shop) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in staff.cookies.items())

    for site in ("cross-site", "same-site", "none"):
        headers = {"Cookie": cookies, "Sec-Fetch-Site": site, "Accept": "text/html"}
        for path in (f"{page_of(product)}/archive", f"{user_page(customer)}/roles"):
            answer = call("POST", path, raw="is_staff!=true", headers=headers)
            assert answer.status == 403
    assert (stored(shop, product).archived, customer.account_now().is_staff) == (False, False)


@pytest.mark.parametrize("path", ["/admin/products/7", "/admin/users/nobody"])
def test_what_is_not_there_is_said_in_words(path: str, staff: Visitor) -> None:
    page = staff.open(path)

    assert (page.status, "not found" in page.text) == (404, True)


def test_the_pages_speak_bengali(staff: Visitor, product: int, customer: Person) -> None:
    staff.send(staff.open("/admin/"), "/shop/account/language", language="bn")

    for path in (*PAGES, page_of(product), user_page(customer)):
        assert '<html lang="bn">' in staff.open(path).html
    assert "সেটিংস" in staff.open("/admin/settings").text
