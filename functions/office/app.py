"""The pages of the desk about the shop itself: products, users, the audit log, settings."""

from shop.runtime.startup import started

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query

from shop import problems
from shop.accounts.administration import Rights
from shop.accounts.audit_log import Action, AuditEntry
from shop.accounts.model import Account
from shop.accounts.profile import ProfileChanges
from shop.accounts.schemas import ActionOut
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import SHOP_TERMS, Product
from shop.catalogue.store import ProductOrder
from shop.dynamodb.paging import Ordering, PageRequest
from shop.http.auth import CurrentAdmin, CurrentOwner
from shop.http.fields import ProductNumber
from shop.http.pagination import CursorQuery, Pager, SearchQuery
from shop.runtime.metrics import metrics
from shop.security.tokens import Caller
from shop.web.office_forms import ActiveForm, NewProductForm, PictureForm, ProductForm, RolesForm, StockForm
from shop.web.pages import Html, Pages
from shop.web.people import names_of
from shop.web.staff_forms import NothingBody

api = Pages(
    Shop.from_environment().prepare("catalogue", "user_administration"), Path(__file__).parent / "templates", "desk"
)

ROWS = 25
FILE_ROWS = 1000
"""The rows of the audit log as a file."""
LAST_ACTIONS = 100
"""The entries of the audit log among which a user's page looks for those about the user."""

OF_PRODUCTS = {Action.PRODUCT_ADDED, Action.PRODUCT_CHANGED, Action.PRODUCT_ARCHIVED, Action.PRODUCT_RESTORED}

FormatQuery = Annotated[Literal["html", "csv"], Query(alias="format")]


# Products


@api.page("/admin/products")
def list_products(caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None) -> Html:
    """List the products for sale by name, or find some."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.catalogue.page(Ordering(ProductOrder.NAME), search, pager.request)
    return api.html("products.html", products=page.items, queries=pager.queries(page))


@api.page("/admin/products/archived")
def list_archived_products(caller: CurrentAdmin, cursor: CursorQuery = None) -> Html:
    """List the products that were taken off sale."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.catalogue.archived(pager.request)
    return api.html("archived.html", products=page.items, queries=pager.queries(page))


@api.page("/admin/products/new")
def ask_for_product(caller: CurrentAdmin) -> Html:
    """Show the form for a new product."""
    return api.html("new_product.html", intervals=list(Interval))


@api.act("/admin/products/new", back="/admin/products/new")
def add_product(caller: CurrentAdmin, form: NewProductForm) -> Html:
    """Add a product, for sale at once."""
    terms = form.terms.terms() if form.terms else SHOP_TERMS
    product = api.shop.catalogue.add(
        caller, form.name, form.description, form.price, form.stock, form.category, form.sku, terms
    )
    return api.to(f"/admin/products/{product.id}", api.say("The product is on sale. Give it a picture now."))


@api.page("/admin/products/<product_id>")
def show_product(caller: CurrentAdmin, product_id: ProductNumber) -> Html:
    """Show a product, on sale or archived, and all that can be changed."""
    return api.html("product.html", product=_product(product_id), intervals=list(Interval))


@api.act("/admin/products/<product_id>", back="/admin/products/<product_id>")
def change_product(caller: CurrentAdmin, product_id: ProductNumber, form: ProductForm) -> Html:
    """Change a product, but not its stock."""
    api.shop.catalogue.change(caller, product_id, form.changes)
    return api.to(f"/admin/products/{product_id}", api.say("The product is changed."))


@api.act("/admin/products/<product_id>/stock", back="/admin/products/<product_id>")
def set_stock(caller: CurrentAdmin, product_id: ProductNumber, form: StockForm) -> Html:
    """Set how many pieces are left to sell."""
    api.shop.catalogue.change(caller, product_id, {"stock": form.stock})
    return api.to(f"/admin/products/{product_id}", api.say("The stock is set."))


@api.act("/admin/products/<product_id>/picture", back="/admin/products/<product_id>")
def put_picture(caller: CurrentAdmin, product_id: ProductNumber, form: PictureForm) -> Html:
    """Give a product a picture, in place of the one that it has."""
    api.shop.pictures.put(caller, product_id, form.picture)
    return api.to(f"/admin/products/{product_id}", api.say("The product has this picture now."))


@api.act("/admin/products/<product_id>/picture/remove", back="/admin/products/<product_id>")
def remove_picture(caller: CurrentAdmin, product_id: ProductNumber, form: NothingBody) -> Html:
    """Take the picture of a product away."""
    api.shop.pictures.remove(caller, product_id)
    return api.to(f"/admin/products/{product_id}", api.say("The picture is removed."))


@api.act("/admin/products/<product_id>/archive", back="/admin/products/<product_id>")
def archive_product(caller: CurrentAdmin, product_id: ProductNumber, form: NothingBody) -> Html:
    """Take a product off sale; a form that is sent twice does it once."""
    if not _product(product_id).archived:
        api.shop.catalogue.archive(caller, product_id)
    return api.to(f"/admin/products/{product_id}", api.say("The product is off sale."))


@api.act("/admin/products/<product_id>/restore", back="/admin/products/<product_id>")
def restore_product(caller: CurrentAdmin, product_id: ProductNumber, form: NothingBody) -> Html:
    """Put an archived product on sale again; a form that is sent twice does it once."""
    if _product(product_id).archived:
        api.shop.catalogue.restore(caller, product_id)
    return api.to(f"/admin/products/{product_id}", api.say("The product is on sale again."))


def _product(product_id: int) -> Product:
    """Read a product, archived or not. Raises NotFound."""
    product = api.shop.products.get(product_id)
    if product is None:
        raise problems.PRODUCT_NOT_FOUND.error()
    return product


# Users


@api.page("/admin/users")
def list_users(caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None) -> Html:
    """List all users, oldest first, or find one."""
    pager = Pager(api, cursor, ROWS, caller.user_id)
    page = api.shop.user_administration.page(search, pager.request)
    return api.html("users.html", users=page.items, queries=pager.queries(page))


@api.page("/admin/users/<user_id>")
def show_user(caller: CurrentAdmin, user_id: str) -> Html:
    """Show a user, with what staff did to the account lately."""
    account = api.shop.user_administration.read(user_id)
    newest = api.shop.user_administration.page_of_audit_log(PageRequest(None, LAST_ACTIONS)).items
    rows = [entry for entry in newest if entry.target == user_id]
    return api.html("user.html", account=account, rows=rows, names=_names(rows), most=LAST_ACTIONS)


@api.act("/admin/users/<user_id>/roles", back="/admin/users/<user_id>")
def change_roles(caller: CurrentOwner, user_id: str, form: RolesForm) -> Html:
    """Make a user staff or an owner, or end that."""
    account = _changed(caller, user_id, form.rights)
    return api.to(f"/admin/users/{user_id}", api.say("The roles of %(name)s are changed.", name=account.name))


@api.act("/admin/users/<user_id>/active", back="/admin/users/<user_id>")
def change_active(caller: CurrentAdmin, user_id: str, form: ActiveForm) -> Html:
    """Deactivate a user, or end that."""
    account = _changed(caller, user_id, Rights(is_active=form.is_active))
    if account.is_active:
        said = api.say("%(name)s may sign in again.", name=account.name)
    else:
        said = api.say("%(name)s can no longer sign in.", name=account.name)
    return api.to(f"/admin/users/{user_id}", said)


def _changed(caller: Caller, user_id: str, rights: Rights) -> Account:
    return api.shop.user_administration.change(caller, user_id, rights, ProfileChanges())


# The audit log and the settings


@api.page("/admin/audit")
def list_actions(caller: CurrentAdmin, file_format: FormatQuery = "html", cursor: CursorQuery = None) -> Html:
    """List what staff did, newest first."""
    pager = Pager(api, cursor, FILE_ROWS if file_format == "csv" else ROWS, caller.user_id)
    page = api.shop.user_administration.page_of_audit_log(pager.request)
    if file_format == "csv":
        return api.file("actions", ActionOut, map(ActionOut.of, page.items))
    queries, names = pager.queries(page), _names(page.items)
    return api.html("audit.html", rows=page.items, names=names, queries=queries, most=FILE_ROWS)


@api.page("/admin/settings")
def show_settings(caller: CurrentAdmin) -> Html:
    """Show how the shop is deployed."""
    return api.html("settings.html")


def _names(entries: Sequence[AuditEntry]) -> Mapping[str, str]:
    """Read the names of the people and products that entries are by or about."""
    numbers = {int(entry.target) for entry in entries if entry.action in OF_PRODUCTS}
    products = api.shop.products.of_numbers(sorted(numbers))
    people = names_of(api.shop, [one for entry in entries for one in (entry.admin_id, entry.target)])
    return {**people, **{str(number): product.name for number, product in products.items()}}


handler = started(metrics.log_metrics(api.handle))
