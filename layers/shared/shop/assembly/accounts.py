"""Accounts: who they are, how they get in, what they may have done with their data."""

from datetime import timedelta
from functools import cached_property

from shop.assembly.base import Base
from shop.security.issuing import Issuer
from shop.services.codes import Codes
from shop.services.credentials import Credentials
from shop.services.guarding import Guarding
from shop.services.moderation import Moderation
from shop.services.ownership import Ownership
from shop.services.profiles import Profiles
from shop.services.registration import Registration
from shop.services.sessions import Sessions
from shop.services.unsubscribing import Unsubscribing
from shop.services.withholding import WithholdingMailer
from shop.store.accounts import Accounts
from shop.store.actions import Actions
from shop.store.guards import Guards
from shop.store.otps import Otps
from shop.store.purchases import Purchases
from shop.store.sessions import StoredSessions
from shop.store.totals import Totals


class WithAccounts(Base):
    """Registering, logging in, profiles, and the admins' list of users."""

    @cached_property
    def registration(self) -> Registration:
        """Registering."""
        return Registration(self._accounts, self._codes, self._mailer, self.settings, self.clock)

    @cached_property
    def credentials(self) -> Credentials:
        """Passwords."""
        return Credentials(self._accounts, self._codes, self._mailer, self.settings, self.clock)

    @cached_property
    def sessions(self) -> Sessions:
        """Logging in."""
        stored = StoredSessions(self.table)
        return Sessions(self._accounts, stored, self.guarding, self.issuer, self.tokens, self.settings, self.clock)

    @cached_property
    def issuer(self) -> Issuer:
        """The maker of tokens."""
        given = self.settings
        access, refresh = timedelta(minutes=given.access_token_minutes), timedelta(days=given.refresh_token_days)
        return Issuer(self.keyring, access, refresh)

    @cached_property
    def guarding(self) -> Guarding:
        """Slowing down who guesses."""
        return Guarding(Guards(self.table), self.keyring, self.clock)

    @cached_property
    def profiles(self) -> Profiles:
        """One's own account."""
        return Profiles(self._accounts)

    @cached_property
    def unsubscribing(self) -> Unsubscribing:
        """Links that end reminders."""
        return Unsubscribing(self.profiles, self.keyring, self.settings.public_url)

    @cached_property
    def ownership(self) -> Ownership:
        """Copies and erasure of personal data."""
        ledger = Purchases(self.table, self.settings.reminder_days)
        return Ownership(self._accounts, ledger, Totals(self.table), self.clock)

    @cached_property
    def moderation(self) -> Moderation:
        """The admins' list of users."""
        return Moderation(self._accounts, Totals(self.table), Actions(self.table), self.clock)

    @cached_property
    def _mailer(self) -> WithholdingMailer:
        return WithholdingMailer(self.build_mailer(), self._accounts)

    @property
    def _accounts(self) -> Accounts:
        return Accounts(self.table)

    @property
    def _codes(self) -> Codes:
        return Codes(Otps(self.table), self.keyring, self.clock)
