"""The services of accounts: who customers and staff are, how they log in, and what they may see."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from shop.reporting import Reporting
from shop.security.tokens import Issuer, Tokens

if TYPE_CHECKING:
    from shop.accounts.administration import AdminBootstrap, UserAdministration
    from shop.accounts.credentials import Credentials
    from shop.accounts.otp import Codes
    from shop.accounts.pay_links import PayLinks
    from shop.accounts.privacy import Privacy
    from shop.accounts.profile import Profiles
    from shop.accounts.registration import Registration
    from shop.accounts.sessions import Sessions
    from shop.accounts.throttle import Throttle
    from shop.accounts.unsubscribe import Unsubscribing
    from shop.mail.ses import Mailer


@dataclass
class Membership(Reporting):
    """The services of accounts."""

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.keyring)

    @cached_property
    def issuer(self) -> Issuer:
        settings = self.settings
        access, refresh = timedelta(minutes=settings.access_token_minutes), timedelta(days=settings.refresh_token_days)
        return Issuer(self.keyring, access, refresh)

    @cached_property
    def throttle(self) -> "Throttle":
        from shop.accounts.throttle import AttemptStore, Throttle

        return Throttle(AttemptStore(self.table), self.keyring, self.clock)

    @cached_property
    def mailer(self) -> "Mailer":
        from shop.mail.suppression import SuppressingMailer

        return SuppressingMailer(self.make_mailer(self.settings), self.accounts)

    @cached_property
    def codes(self) -> "Codes":
        from shop.accounts.otp import Codes, Otps

        return Codes(Otps(self.table), self.keyring, self.clock)

    @cached_property
    def registration(self) -> "Registration":
        from shop.accounts.registration import Registration

        return Registration(self.accounts, self.codes, self.mailer, self.settings, self.clock)

    @cached_property
    def credentials(self) -> "Credentials":
        from shop.accounts.credentials import Credentials

        return Credentials(self.accounts, self.codes, self.mailer, self.settings, self.clock)

    @cached_property
    def sessions(self) -> "Sessions":
        from shop.accounts.sessions import Sessions, StoredSessions

        stored = StoredSessions(self.table)
        return Sessions(self.accounts, stored, self.throttle, self.issuer, self.tokens, self.settings, self.clock)

    @cached_property
    def profiles(self) -> "Profiles":
        from shop.accounts.profile import Profiles

        return Profiles(self.accounts, self.settings.region)

    @cached_property
    def unsubscribing(self) -> "Unsubscribing":
        from shop.accounts.unsubscribe import Unsubscribing

        return Unsubscribing(self.profiles, self.keyring, self.settings)

    @cached_property
    def pay_links(self) -> "PayLinks":
        from shop.accounts.pay_links import PayLinks

        return PayLinks(self.keyring, self.settings)

    @cached_property
    def privacy(self) -> "Privacy":
        from shop.accounts.privacy import Privacy

        return Privacy(self.accounts, self.purchases, self.attempts, self.totals, self.mandates, self.clock)

    @cached_property
    def user_administration(self) -> "UserAdministration":
        from shop.accounts.administration import UserAdministration

        return UserAdministration(self.accounts, self.audit_log, self.settings.region, self.clock)

    @cached_property
    def admin_bootstrap(self) -> "AdminBootstrap":
        from shop.accounts.administration import AdminBootstrap

        return AdminBootstrap(self.accounts, self.settings, self.clock)
