"""Claiming an account: giving a reference, trying one, and what comes of it. Load, decide, write.

A resident sees no row of the person they claim to be. So what they say is said as an event, and looked into by a subscriber.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from common.contracts.people.accounts import AccountStatus
from common.contracts.people.claims import (
    AccountClaimed,
    ClaimMade,
    ClaimReferenceIssued,
    ClaimReferenceView,
    ClaimReferenceWithdrawn,
    ClaimStatus,
    ClaimView,
    IssueClaimReference,
    MakeClaim,
    NoClaimReference,
)
from common.contracts.people.identity import AccountView, IdentityMethod
from common.runtime.envelope import Heard
from common.runtime.holds import is_held
from common.runtime.ids import new_tracking_reference, read_base32
from common.runtime.transaction import Transaction

from customer_account import queries
from customer_account.commands.accounts import opened, say, take
from customer_account.commands.joining import lead_on
from customer_account.domain import accounts, claims, identity_checks
from customer_account.domain.accounts import Standing, Step
from customer_account.domain.claims import Offered, Outcome, Tries
from customer_account.queries import named
from customer_account.tables import Account, ClaimsOfLogin, WrongClaim

NO_REFERENCE = {"claim_digest": None, "claim_proof": None, "claim_expires_at": None}


async def issue_claim_reference(tx: Transaction, person_id: UUID, command: IssueClaimReference) -> ClaimReferenceView:
    """Give somebody a reference to claim their account with. It is shown now, and kept as a digest."""
    home = await queries.facts_home(tx, person_id)
    facts = {fact.kind: fact.value for fact in await queries.current_facts(tx, person_id)}
    account = await opened(tx, person_id, "gave a person a reference to claim their account with")
    accounts.take(Step.CLAIM, Standing(AccountStatus(account.status)))
    right = claims.asked(facts, protected=home.protected)
    reference = new_tracking_reference()
    number = read_base32(reference) or 0
    expires_at = tx.now + timedelta(days=command.days)
    proof = claims.proof(number, right["date_of_birth"], right.get("postcode"))
    tx.change(account, claim_digest=claims.digest(number), claim_proof=proof, claim_expires_at=expires_at)
    say(tx, account, ClaimReferenceIssued(expires_at=expires_at, visible_to=account.visible_to))
    shown = {"reference": reference, "expires_at": expires_at, "checks": list(right)}
    return ClaimReferenceView(person_id=person_id, version=account.version, **shown)


async def withdraw_claim_reference(tx: Transaction, person_id: UUID) -> AccountView:
    """Make the reference that somebody was given good for nothing."""
    account = await opened(tx, person_id, "withdrew a reference to claim an account with")
    if account.claim_digest is None:
        raise NoClaimReference
    take_reference_back(tx, account)
    return queries.shown_account(tx, account)


def take_reference_back(tx: Transaction, account: Account) -> None:
    """The reference that somebody was given is good for nothing any more."""
    tx.change(account, **NO_REFERENCE)
    say(tx, account, ClaimReferenceWithdrawn(visible_to=account.visible_to))


async def make_claim(tx: Transaction, command: MakeClaim) -> ClaimView:
    """Note that a login claims an account; it is looked into at once. Nothing is kept of what they say but digests."""
    home = await tx.one(named.MY_CLAIMS, person_id=tx.person)
    tries = claims.try_once(Tries(home.tries, home.counted_since) if home else None, now=tx.now)
    kept = {"status": ClaimStatus.PENDING.value, "tries": tries.made, "counted_since": tries.since}
    if home is None:
        home = tx.add(ClaimsOfLogin(id=tx.person, visible_to=[], **kept))
    else:
        tx.change(home, **kept)
    said = claims.said(read_base32(command.reference), date_of_birth=command.date_of_birth, postcode=command.postcode)
    tx.say(ClaimMade(reference_digest=said.digest, proofs=said.proofs), on=home)
    return queries.shown_claim(home)


async def settle_claim(tx: Transaction, heard: Heard, made: ClaimMade) -> None:
    """Lead a login to the account that it claims, or count that it was wrong. Whatever is wrong, as much is read."""
    home = await tx.one(named.MY_CLAIMS, person_id=heard.aggregate_id)
    account = await tx.one(named.CLAIMABLE, digest=made.reference_digest or "")
    too_many = await _too_many(tx, heard, made.reference_digest or "")
    login = await tx.one(named.ACCOUNT, person_id=heard.aggregate_id)
    person = await tx.one(named.PERSON, person_id=heard.aggregate_id)
    stands = AccountStatus(login.status) if login else AccountStatus.ACTIVE
    joined = account is not None and account.id != heard.aggregate_id
    ids = (heard.aggregate_id, account.id if account else heard.aggregate_id)
    held = any([await is_held(tx, each) for each in ids]) and joined
    offered = _offered(account)
    outcome = claims.settle(made.proofs, offered, stands, too_many=too_many, held=held, at=heard.occurred)
    claimed = None
    if account is None or outcome is not Outcome.FITS:
        counted = {"digest": made.reference_digest, "council": heard.council, "at": heard.occurred}
        tx.add(WrongClaim(claim_id=heard.id, why=outcome.value, **counted))
    else:
        claimed = account.id
        _claim(tx, account, heard)
        if joined:
            alias = login or tx.add(_alias(heard))
            lead_on(tx, alias, person, into=account.id, because="claimed")
    if home is not None and home.version == heard.version:  # the login has not tried again meanwhile
        status = ClaimStatus.CLAIMED if claimed else ClaimStatus.NOT_MATCHED
        tx.change(home, status=status.value, claimed=claimed)


async def _too_many(tx: Transaction, heard: Heard, digest: str) -> bool:
    """Whether this reference, or in this council any, was tried too often."""
    since = heard.occurred - claims.WINDOW
    of_reference = await tx.all(named.WRONG_OF_REFERENCE, digest=digest)
    in_council = await tx.all(named.WRONG_IN_COUNCIL, council=heard.council, since=since)
    return len(of_reference) >= claims.MOST_OF_REFERENCE or len(in_council) >= claims.MOST_IN_COUNCIL


def _offered(account: Account | None) -> Offered | None:
    if account is None or account.claim_proof is None or account.claim_expires_at is None:
        return None
    return Offered(account.claim_proof, account.claim_expires_at, AccountStatus(account.status))


def _claim(tx: Transaction, account: Account, heard: Heard) -> None:
    """Somebody signs in for this person from now on."""
    take(tx, account, Step.CLAIM)
    method, login = IdentityMethod.CLAIM_REFERENCE, heard.aggregate_id
    check = identity_checks.check(method, at=heard.occurred, by=str(login), council=heard.council)
    tx.change(account, checks=identity_checks.with_check(account.checks, check), **NO_REFERENCE)
    say(tx, account, AccountClaimed(claimed_by=login, visible_to=account.visible_to))


def _alias(heard: Heard) -> Account:
    """The account of a login that is known by its claim alone."""
    status = AccountStatus.ACTIVE
    return Account(id=heard.aggregate_id, visible_to=[], status=status.value, since=heard.occurred)
