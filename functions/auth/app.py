"""Registration, login and profiles: `/accounts/*`."""

from shop.api.callers import CurrentCustomer
from shop.api.resolver import Api
from shop.api.schemas.accounts import (
    LoginBody,
    ProfileBody,
    ProfileChanged,
    ProfileOut,
    RegisterBody,
    TokenPairOut,
    VerifyBody,
)
from shop.api.schemas.fields import Message
from shop.services.registration import NewAccount
from shop.wiring import Shop

api = Api(Shop.from_environment())
handler = api.handle


@api.post("/accounts/register")
def register(body: RegisterBody) -> tuple[Message, int]:
    """Create an account and mail its verification code."""
    new = NewAccount(body.username, body.email, body.password, body.first_name or "", body.last_name or "")
    api.shop.registration.register(new)
    return Message(message="User registered. Check your email for OTP."), 201


@api.post("/accounts/verify-otp")
def verify_otp(body: VerifyBody) -> Message:
    """Verify an account by the code that was mailed."""
    api.shop.registration.verify(body.email, body.otp_code)
    return Message(message="Account verified successfully.")


@api.post("/accounts/login")
def log_in(body: LoginBody) -> TokenPairOut:
    """Begin a session."""
    pair = api.shop.sessions.log_in(body.email, body.password)
    return TokenPairOut(access=pair.access, refresh=pair.refresh, expires_in=pair.expires_in)


@api.get("/accounts/profile")
def read_profile(caller: CurrentCustomer) -> ProfileOut:
    """One's own account."""
    return ProfileOut.of(api.shop.profiles.read(caller.user_id))


@api.patch("/accounts/profile")
def change_profile(caller: CurrentCustomer, body: ProfileBody) -> ProfileChanged:
    """Change one's own names."""
    changed = api.shop.profiles.rename(caller.user_id, body.first_name, body.last_name)
    return ProfileChanged(message="Profile updated successfully.", updated_fields=changed)
