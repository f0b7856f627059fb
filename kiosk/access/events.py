"""What is audited: one class a kind; its fields are ids, codes and numbers, never words."""

from dataclasses import dataclass
from typing import ClassVar

CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Event:
    """Something an actor did in a unit; a kind adds the ids it is about."""

    kind: ClassVar[str]
    unit: str
    actor: str


@dataclass(frozen=True, slots=True)
class SignedIn(Event):
    """An officer came in; the actor is the account."""

    kind = "signed_in"
    session: str


@dataclass(frozen=True, slots=True)
class SignInRefused(Event):
    """A name and password were refused; the actor is the account, or empty for an unknown name."""

    kind = "sign_in_refused"


@dataclass(frozen=True, slots=True)
class SignedOut(Event):
    """An officer left."""

    kind = "signed_out"
    session: str


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    """An officer chose a new password."""

    kind = "password_changed"


@dataclass(frozen=True, slots=True)
class AccountCreated(Event):
    """An account was made and a one-time password issued."""

    kind = "account_created"
    account: str
    role: str


@dataclass(frozen=True, slots=True)
class AccountDisabled(Event):
    """An account was closed."""

    kind = "account_disabled"
    account: str


@dataclass(frozen=True, slots=True)
class AccountReset(Event):
    """A new one-time password was issued."""

    kind = "account_reset"
    account: str


@dataclass(frozen=True, slots=True)
class ProofRefused(Event):
    """A wrong password was given inside a session, to unlock it or before something grave."""

    kind = "proof_refused"
    session: str


@dataclass(frozen=True, slots=True)
class SessionRevoked(Event):
    """A session was ended from outside of it."""

    kind = "session_revoked"
    session: str


@dataclass(frozen=True, slots=True)
class SecondFactorSet(Event):
    """An officer set a second factor up."""

    kind = "second_factor_set"


@dataclass(frozen=True, slots=True)
class SecondFactorReset(Event):
    """The second factor of an account was taken away."""

    kind = "second_factor_reset"
    account: str


@dataclass(frozen=True, slots=True)
class RecoveryUsed(Event):
    """A recovery code opened the way in."""

    kind = "recovery_used"


@dataclass(frozen=True, slots=True)
class RecoveryRenewed(Event):
    """New recovery codes were made; the old ones are void."""

    kind = "recovery_renewed"


@dataclass(frozen=True, slots=True)
class DeviceEnrolled(Event):
    """A machine was given its key."""

    kind = "device_enrolled"
    device: str


@dataclass(frozen=True, slots=True)
class DeviceRevoked(Event):
    """A machine's key was taken back."""

    kind = "device_revoked"
    device: str


@dataclass(frozen=True, slots=True)
class UnitsImported(Event):
    """A list of units was taken."""

    kind = "units_imported"
    count: int


@dataclass(frozen=True, slots=True)
class TargetSet(Event):
    """A target was set, in hundredths of a percent, perhaps in the place of another."""

    kind = "target_set"
    field: str
    procedure: str | None
    percent_times_100: int
    valid_from: str
    replaced_times_100: int | None = None


@dataclass(frozen=True, slots=True)
class ContentReviewed(Event):
    """The content of a procedure was signed off as it stood, known by its hash."""

    kind = "content_reviewed"
    procedure: str
    content: str


@dataclass(frozen=True, slots=True)
class ReportWritten(Event):
    """A report of a period was written; the file is known by its hash."""

    kind = "report_written"
    period: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SetUp(Event):
    """The machine's first account was made."""

    kind = "set_up"
    account: str


@dataclass(frozen=True, slots=True)
class Retaining(Event):
    """Filings from before a day are about to leave; said before the first one does."""

    kind = "retaining"
    ledger_before: str


@dataclass(frozen=True, slots=True)
class Retained(Event):
    """What had been kept long enough was removed; filings only where they have a day."""

    kind = "retained"
    before: str
    sessions: int
    calls: int
    ledger_before: str | None
    events: int
