"""Django REST Framework behind WSGI: a view, its token an authentication class, its answer a serializer."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import jwt
from apig_wsgi import make_lambda_handler
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from bench.peers import given
from shop.dynamodb.attributes import decoded

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bench",
    USE_TZ=True,
    INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    REST_FRAMEWORK={
        "UNAUTHENTICATED_USER": None,
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    },
)
application = get_wsgi_application()

from django.urls import path  # noqa: E402 - after the settings
from rest_framework import serializers  # noqa: E402
from rest_framework.authentication import BaseAuthentication  # noqa: E402
from rest_framework.exceptions import AuthenticationFailed  # noqa: E402
from rest_framework.permissions import BasePermission  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

ITEM = given.item(datetime.now(UTC))


class Token(BaseAuthentication):
    """The caller that the token names."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        """Return the caller. Raises AuthenticationFailed."""
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(sent, given.KEY, algorithms=["HS256"], options={"require": ["exp"]})
        except jwt.InvalidTokenError as error:
            raise AuthenticationFailed from error
        return SimpleNamespace(id=claims["sub"]), None


class LoggedIn(BasePermission):
    """A caller with a token."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - as it is declared
        """Return whether the request has a caller."""
        return request.user is not None


class ProfileSerializer(serializers.Serializer):
    """The caller's account."""

    id = serializers.CharField()
    username = serializers.CharField()
    email = serializers.EmailField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    date_joined = serializers.DateTimeField()
    is_verified = serializers.BooleanField()
    is_staff = serializers.BooleanField()
    is_superuser = serializers.BooleanField()
    reminders = serializers.BooleanField()


class ProfileView(APIView):
    """The caller's account."""

    authentication_classes = (Token,)
    permission_classes = (LoggedIn,)

    def get(self, request: Request) -> Response:  # noqa: ARG002 - as it is declared
        """Return the profile of the caller."""
        profile = {name: decoded(value) for name, value in ITEM.items()}
        profile["date_joined"] = datetime.fromisoformat(profile["date_joined"])
        return Response(ProfileSerializer(profile).data)


urlpatterns = [path("accounts/profile/", ProfileView.as_view())]
given.clock(make_lambda_handler(application), given.event(given.valid_token()), None)
