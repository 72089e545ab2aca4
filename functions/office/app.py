"""The pages of the desk about the shop itself: products, users, the audit log, settings."""

from shop.runtime.startup import started

from pathlib import Path

from shop.bootstrap import Shop
from shop.runtime.metrics import metrics
from shop.web.pages import Pages

api = Pages(Shop.from_environment().prepare("catalogue"), Path(__file__).parent / "templates", "desk")


handler = started(metrics.log_metrics(api.handle))
