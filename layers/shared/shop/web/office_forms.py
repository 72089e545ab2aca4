"""The forms of the office that differ from the bodies of the API."""

from typing import ClassVar

from pydantic import model_validator

from shop.accounts.administration import Rights
from shop.catalogue.schemas import NewProductBody, PictureBody, ProductBody, ProductTermsBody
from shop.http.fields import Percent, RequestBody, Stock


class TermsForm(ProductTermsBody):
    """The terms of a product's own."""

    least_first_share: Percent | None = None
    plan_markup: Percent | None = None


class NewProductForm(NewProductBody):
    """A new product."""

    terms: TermsForm | None = None


class ProductForm(ProductBody):
    """All fields of a product but its stock. What is blank is taken away."""

    terms: TermsForm | None = None

    @model_validator(mode="before")
    @classmethod
    def _blank_is_null(cls, sent: dict[str, object]) -> dict[str, object]:
        return {"category": None, "sku": None, "terms": None, **sent}


class StockForm(RequestBody):
    """The pieces of a product that are left to sell; blank is not counted."""

    stock: Stock | None = None


class PictureForm(PictureBody):
    """A picture as a file. A larger one than the shop takes is read as well, so that its refusal can say the limit."""

    MOST_BYTES: ClassVar[int] = 5 * 1024 * 1024


class RolesForm(RequestBody):
    """The roles of a user; one that is not ticked is taken."""

    is_staff: bool = False
    is_superuser: bool = False

    @property
    def rights(self) -> Rights:
        """Return the rights to give and to take."""
        return Rights(is_staff=self.is_staff, is_superuser=self.is_superuser)


class ActiveForm(RequestBody):
    """Whether a user may sign in."""

    is_active: bool
