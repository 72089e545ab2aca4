"""The pages of the desk about customers and their money: the counter, customers, purchases, payments that wait."""

from shop.runtime.startup import started

from pathlib import Path

from shop.bootstrap import Shop
from shop.runtime.metrics import metrics
from shop.web.pages import Pages

api = Pages(Shop.from_environment().prepare("paying"), Path(__file__).parent / "templates", "desk")


handler = started(metrics.log_metrics(api.handle))
