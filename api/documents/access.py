"""Who asks, and who may."""

from pydantic import BaseModel

from api.documents.base import Listed, Receipt, SpeaksFor


class LedgerNamed(BaseModel):
    """The ledger that is asked: its name, the origin of its log, and the time zone that its days are counted in."""

    name: str | None
    origin: str
    time_zone: str


class Me(SpeaksFor):
    ledger: LedgerNamed
    principal: str
    role: str
    units: list[str] | None
    groups: list[str] | None
    indicators: list[str] | None
    cadre: str | None
    reads: list[str]
    allowed_actions: list[str]


class Consultation(BaseModel):
    """Opened records: read with ``?consultation=`` until it expires."""

    consultation: str
    receipts: list[Receipt]
    expires_at: str


class Grant(BaseModel):
    """A granted access; the token is shown only here."""

    principal: str
    token: str | None
    receipt: Receipt


class AccessItem(BaseModel):
    name: str
    role: str
    units: list[str] | None
    groups: list[str] | None
    indicators: list[str] | None
    cadre: str | None
    identity: dict[str, str] | None
    expires: str | None


class AccessList(Listed):
    """Who has access."""

    items: list[AccessItem]
