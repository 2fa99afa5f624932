"""Shops in virtual time, as the tests of services have them."""

from tests.services.conftest import fitted, new_shop, shop

__all__ = ["fitted", "new_shop", "shop"]
