"""The old backend's way: Django REST Framework behind WSGI, rows in SQL, and figures by walking all of them.

SQL is a file of SQLite here, in the peer's own process. The old source is not at hand: this is what its answers and its
frontends tell of it. `BENCH_PREFETCH` lets the walks read installments with a query for all purchases.
"""

import json
import os
import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import jwt
from apig_wsgi import make_lambda_handler
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from bench.flows import given

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bench",
    USE_TZ=True,
    TIME_ZONE="Asia/Dhaka",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{given.JOB.file}.{os.getpid()}.sqlite3"}},
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    REST_FRAMEWORK={
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "COERCE_DECIMAL_TO_STRING": False,
    },
)
application = get_wsgi_application()

from django.db import connection, models, transaction  # noqa: E402 - after the settings
from django.urls import path  # noqa: E402
from rest_framework import serializers  # noqa: E402
from rest_framework.authentication import BaseAuthentication  # noqa: E402
from rest_framework.exceptions import AuthenticationFailed, NotFound, ValidationError  # noqa: E402
from rest_framework.permissions import BasePermission  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

ZONE = ZoneInfo("Asia/Dhaka")
ZERO, LATE_FEE, LEAST_FIRST = Decimal("0.00"), Decimal("0.10"), Decimal("0.30")
MONTHS, WEEK, INTERVAL, SHOWN = 6, 7, 30, 20


class Row(models.Model):
    """A row of the benchmark's tables."""

    class Meta:
        """No table of its own."""

        abstract = True
        app_label = "flows"


class Customer(Row):
    """A customer."""

    id = models.CharField(primary_key=True, max_length=26)
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(unique=True)


class Product(Row):
    """A product."""

    name = models.CharField(max_length=255)
    price = models.DecimalField(max_digits=12, decimal_places=2)


class Purchase(Row):
    """A purchase."""

    id = models.CharField(primary_key=True, max_length=36, default=uuid.uuid4)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="purchases")
    product = models.ForeignKey(Product, models.CASCADE)
    unit_price = models.DecimalField(max_digits=12, decimal_places=2)
    quantity = models.PositiveIntegerField()
    purchase_date = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=8)

    @property
    def total_price(self) -> Decimal:
        """Return the price of all pieces."""
        return self.unit_price * self.quantity


class Installment(Row):
    """An installment of a purchase."""

    purchase = models.ForeignKey(Purchase, models.CASCADE, related_name="installments")
    installment_number = models.PositiveIntegerField()
    principal = models.DecimalField(max_digits=12, decimal_places=2)
    paid_amount = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    due_amount = models.DecimalField(max_digits=12, decimal_places=2)
    late_fee = models.DecimalField(max_digits=12, decimal_places=2, default=ZERO)
    due_date = models.DateField(db_index=True)
    payment_date = models.DateTimeField(null=True)


class InstallmentSerializer(serializers.ModelSerializer):
    """An installment with data of its purchase."""

    product_name = serializers.CharField(source="purchase.product.name")
    total_price = serializers.DecimalField(12, 2, source="purchase.total_price")
    quantity = serializers.IntegerField(source="purchase.quantity")
    status = serializers.SerializerMethodField()
    amount_to_pay = serializers.SerializerMethodField()

    class Meta:
        """All columns but the principal."""

        model = Installment
        exclude = ("principal",)

    def get_status(self, part: Installment) -> str:
        """Return whether it is paid."""
        return "due" if part.due_amount else "paid"

    def get_amount_to_pay(self, part: Installment) -> Decimal:
        """Return what settles it today."""
        return part.due_amount + _fee(part)


class PurchaseSerializer(serializers.ModelSerializer):
    """A purchase with its plan."""

    product_name = serializers.CharField(source="product.name")
    total_price = serializers.DecimalField(12, 2)
    installments = InstallmentSerializer(many=True)

    class Meta:
        """All columns."""

        model = Purchase
        fields = "__all__"


class OrderSerializer(serializers.Serializer):
    """An order."""

    product = serializers.PrimaryKeyRelatedField(queryset=Product.objects)
    quantity = serializers.IntegerField(default=1, min_value=1)
    first_installment_amount = serializers.DecimalField(12, 2)
    installment_count = serializers.IntegerField(min_value=1, max_value=60)


class PaymentSerializer(serializers.Serializer):
    """An amount to pay."""

    amount = serializers.DecimalField(12, 2, min_value=Decimal("0.01"))


class Token(BaseAuthentication):
    """The caller that the token names, with a row as SimpleJWT reads it."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        """Return the caller. Raises AuthenticationFailed."""
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        options = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False}
        key = bytes.fromhex(given.JOB.key)
        try:
            claims = jwt.decode(
                sent, key, algorithms=["HS256"], audience=given.AUDIENCE, issuer=given.ISSUER, options=options
            )
        except jwt.InvalidTokenError as error:
            raise AuthenticationFailed from error
        if claims["exp"] <= given.clock().timestamp():
            raise AuthenticationFailed
        return SimpleNamespace(row=Customer.objects.get(pk=claims["sub"]), is_staff=claims["staff"]), None


class LoggedIn(BasePermission):
    """A caller with a token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether the request has a caller who may use the view."""
        return request.user is not None and (request.user.is_staff or not getattr(view, "is_of_staff", False))


class View(APIView):
    """A view for callers with a token."""

    authentication_classes = (Token,)
    permission_classes = (LoggedIn,)


class Buy(View):
    """Purchases."""

    def post(self, request: Request) -> Response:
        """Buy a product and pay the first installment."""
        order = OrderSerializer(data=request.data)
        order.is_valid(raise_exception=True)
        product, quantity, first, count = order.validated_data.values()
        total, now = product.price * quantity, given.clock()
        if not total * LEAST_FIRST <= first < total or count == 1:
            raise ValidationError({"first_installment_amount": "Too small or too large."})
        with transaction.atomic():
            purchase = Purchase.objects.create(
                customer=request.user.row,
                product=product,
                unit_price=product.price,
                quantity=quantity,
                purchase_date=now,
                status="due",
            )
            each = ((total - first) / (count - 1)).quantize(Decimal("0.01"))
            for number in range(1, count + 1):
                amount = first if number == 1 else each if number < count else total - first - each * (count - 2)
                Installment.objects.create(
                    purchase=purchase,
                    installment_number=number,
                    principal=amount,
                    paid_amount=amount if number == 1 else ZERO,
                    due_amount=ZERO if number == 1 else amount,
                    due_date=_day(now) + timedelta(days=INTERVAL * (number - 1)),
                    payment_date=now if number == 1 else None,
                )
        return Response(PurchaseSerializer(purchase).data, status=201)


class Pay(View):
    """Payments."""

    def post(self, request: Request, pk: int) -> Response:
        """Pay an installment."""
        sent = PaymentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        amount = sent.validated_data["amount"]
        with transaction.atomic():
            part = Installment.objects.filter(pk=pk, purchase__customer=request.user.row).first()
            if part is None:
                raise NotFound
            fee = _fee(part)
            if not part.due_amount or amount > part.due_amount + fee or (fee and amount < part.due_amount + fee):
                raise ValidationError({"amount": "Too low or too high."})
            part.paid_amount += amount
            part.late_fee += fee
            part.due_amount -= amount - fee
            part.payment_date = given.clock()
            part.save()
            purchase = part.purchase
            if all(not one.due_amount for one in purchase.installments.all()):
                purchase.status = "paid"
                purchase.save()
        shown = InstallmentSerializer(part).data
        return Response({"message": "Payment successful.", "installment": shown, "purchase_status": purchase.status})


class Own(View):
    """Purchases of the caller."""

    def get(self, request: Request) -> Response:
        """List the newest purchases."""
        found = Purchase.objects.filter(customer=request.user.row).order_by("-purchase_date")[:SHOWN]
        return Response(PurchaseSerializer(found, many=True).data)


class Chart(View):
    """The shop's figures of six months."""

    is_of_staff = True

    def get(self, request: Request) -> Response:  # noqa: ARG002 - as it is declared
        """Add up all purchases and installments by month."""
        bought, paid, due = (defaultdict(Decimal) for _ in range(3))
        for purchase in _walked(Purchase.objects.all()):
            bought[f"{_day(purchase.purchase_date):%Y-%m}"] += purchase.total_price
            for part in purchase.installments.all():
                due[f"{part.due_date:%Y-%m}"] += part.due_amount
                if part.payment_date:
                    paid[f"{_day(part.payment_date):%Y-%m}"] += part.paid_amount
        today = _day(given.clock())
        number = today.year * 12 + today.month - 1
        months = [f"{one // 12}-{one % 12 + 1:02}" for one in range(number - MONTHS + 1, number + 1)]
        named = {"total_purchases": bought, "total_paid": paid, "total_due": due}
        datasets = {name: [sums[month] for month in months] for name, sums in named.items()}
        return Response({"months": months, "datasets": datasets})


class Weekly(View):
    """Customers with their figures of the last seven days."""

    is_of_staff = True

    def get(self, request: Request) -> Response:  # noqa: ARG002 - as it is declared
        """Add up the purchases and installments of each customer."""
        today = _day(given.clock())
        first = today - timedelta(days=WEEK - 1)
        rows = []
        for customer in Customer.objects.order_by("id"):
            row = {"total_paid_amount": ZERO, "total_due_amount": ZERO, "overdue_amount": ZERO}
            row |= {"total_purchase_count": 0, "total_installment_count": 0}
            for purchase in _walked(customer.purchases.all()):
                row["total_purchase_count"] += first <= _day(purchase.purchase_date) <= today
                for part in purchase.installments.all():
                    row["total_installment_count"] += first <= part.due_date <= today
                    row["total_due_amount"] += part.due_amount if part.due_date >= first else 0
                    row["overdue_amount"] += part.due_amount if part.due_date < today else 0
                    if part.payment_date and first <= _day(part.payment_date) <= today:
                        row["total_paid_amount"] += part.paid_amount
            rows.append({"id": customer.id, "username": customer.username, "email": customer.email, **row})
        return Response(rows)


def _walked(purchases: Any) -> Any:
    return purchases.prefetch_related("installments") if os.environ.get("BENCH_PREFETCH") else purchases


def _fee(part: Installment) -> Decimal:
    late = part.due_amount and part.due_date < _day(given.clock())
    return (part.due_amount * LATE_FEE).quantize(Decimal("0.01")) if late else ZERO


def _day(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


def _load() -> None:
    """Fill the tables with the shop that the file has."""
    with connection.schema_editor() as editor:
        for model in (Customer, Product, Purchase, Installment):
            editor.create_model(model)
    shop = json.loads(Path(given.JOB.file).read_text(encoding="utf-8"))
    for model, name in ((Customer, "customers"), (Product, "products"), (Purchase, "purchases")):
        model.objects.bulk_create(model(**row) for row in shop[name])
    Installment.objects.bulk_create(Installment(**row) for row in shop["installments"])


urlpatterns = [
    path("purchases/create/", Buy.as_view()),
    path("purchases/my/", Own.as_view()),
    path("installments/pay/<int:pk>/", Pay.as_view()),
    path("reports/chart/summary/", Chart.as_view()),
    path("reports/payment-summary/weekly/", Weekly.as_view()),
]
_load()
given.serve(make_lambda_handler(application), None, connection)
