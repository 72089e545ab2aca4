"""Pictures of products: a product names its picture, whose bytes are in a store of their own.

Each upload has a name that no other one has. It is stored before a product names it, and removed when none does any
more, so a product never names what is not there.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shop import ids, problems
from shop.catalogue.images import ImageKind, read_image
from shop.catalogue.model import Product
from shop.catalogue.picture_store import PictureStore
from shop.catalogue.service import Catalogue
from shop.errors import ShopError, Unconfirmed
from shop.security.tokens import Caller

MOST_BYTES = 1024 * 1024
LARGEST_SIDE = 2000
_NAME = re.compile(r"[0-9a-f]{32}-[0-9a-z]{26}\.(jpg|png|webp)")


@dataclass(frozen=True, slots=True)
class Pictures:
    """The use cases of pictures."""

    catalogue: Catalogue
    store: PictureStore
    clock: Callable[[], datetime]

    def put(self, admin: Caller, product_id: int, data: bytes) -> Product:
        """Give a product a picture; the one that it has already changes nothing.

        Raises InvalidInput for what is no picture or too large, NotFound, Forbidden when the caller is no longer an
        admin.
        """
        image = read_image(data) if len(data) <= MOST_BYTES else None
        if len(data) > MOST_BYTES or (image and max(image.width, image.height) > LARGEST_SIDE):
            raise problems.PICTURE_TOO_LARGE.error(pixels=LARGEST_SIDE)
        if image is None:
            raise problems.NOT_A_PICTURE.error()
        product, digest = self.catalogue.read(product_id), hashlib.sha256(data).hexdigest()[:32]
        if product.picture and product.picture.startswith(digest):
            return product
        name = f"{digest}-{ids.new_id(self.clock()).lower()}.{image.kind}"
        try:
            self.store.put(name, data, image.kind)
            return self._name(admin, product_id, name)
        except Unconfirmed:  # the product may name it
            raise
        except ShopError:
            self.store.delete(name)
            raise

    def remove(self, admin: Caller, product_id: int) -> None:
        """Take the picture of a product away. Raises NotFound, and Forbidden as `put` does."""
        self._name(admin, product_id, None)

    def _name(self, admin: Caller, product_id: int, name: str | None) -> Product:
        before, after = self.catalogue.changed(admin, product_id, {"picture": name})
        if before.picture and before.picture != name:
            self.store.delete(before.picture)
        return after

    def read(self, name: str) -> tuple[bytes, ImageKind]:
        """Read a picture by its name, also that of an archived product. Raises NotFound."""
        data = self.store.get(name) if _NAME.fullmatch(name) else None
        if data is None:
            raise problems.PICTURE_NOT_FOUND.error()
        return data, ImageKind(name.rpartition(".")[2])
