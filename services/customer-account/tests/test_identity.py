"""What is believed of what a provider says, claim by claim; and what an installation may say of its providers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from common.contracts.people.sign_in import Level
from customer_account.domain.identity import LOGOUT, Identity, Unproven, from_id_token, gone, key_id_of, proven
from customer_account.domain.providers import ProviderTold, SignInTold, check_origin, keys_of_document
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import ValidationError

ISSUER, PROVES = "https://oidc.example", "https://identity.example/"
NOW = int(time.time())
KEY, OTHER = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("1", "2"))
KEYS = KeySet([KEY])
SECRET = Path("secret")
PLAIN = ProviderTold(label="Plain", issuer=ISSUER, client_id="us", client_secret_file=SECRET)
ONE_LOGIN: dict[str, Any] = {
    **PLAIN.model_dump(exclude={"client_secret_file"}),
    "private_key_file": SECRET,
    "speaks": "one-login",
    "identity": {"issuer": PROVES, "keys": f"{PROVES}did.json"},
}
PROVER = ProviderTold(**ONE_LOGIN)


def signed(key: ECKey = KEY, **claims: Any) -> str:
    told = {"iss": ISSUER, "sub": "her", "aud": "us", "iat": NOW, "exp": NOW + 60, **claims}
    return jwt.encode({"alg": "ES256", "kid": key.kid}, {k: v for k, v in told.items() if v is not None}, key)


def why(check: Any, *given: Any, **told: Any) -> str:
    with pytest.raises(Unproven) as refused:
        check(*given, **told, now=NOW)
    return refused.value.why


def test_of_an_id_token_the_name_the_session_and_how_sure_it_is_are_taken() -> None:
    token = signed(nonce="n", sid="s", email="her@example.org")
    assert from_id_token(token, KEYS, PLAIN, nonce="n", now=NOW) == Identity(ISSUER, "her", "s", Level.MEDIUM)


@pytest.mark.parametrize(
    ("claims", "word"),
    [
        ({"aud": ["us", "others"]}, "audience"),
        ({"aud": ["us", "others"], "azp": "others"}, "audience"),
        ({"aud": None}, "not_a_token"),
        ({"sub": None}, "not_a_token"),
        ({"nonce": None}, "not_a_token"),
        ({"iat": NOW + 31}, "not_yet_valid"),
        ({"exp": NOW - 30}, "expired"),
        ({"exp": "soon"}, "expired"),
        ({"iss": f"{ISSUER}/"}, "issuer"),
    ],
)
def test_an_id_token_that_is_not_for_us_now_is_not_believed(claims: dict[str, Any], word: str) -> None:
    assert why(from_id_token, signed(**{"nonce": "n", **claims}), KEYS, PLAIN, nonce="n") == word


def test_thirty_seconds_between_two_clocks_are_forgiven() -> None:
    for claims in ({"exp": NOW - 29}, {"iat": NOW + 30}, {"aud": ["us", "others"], "azp": "us"}):
        assert from_id_token(signed(**{"nonce": "n", **claims}), KEYS, PLAIN, nonce="n", now=NOW).subject == "her"


def test_an_id_token_of_one_login_says_two_factors_and_never_more() -> None:
    for vot in (None, "Cl", "P2", "Cl.Cm.P2"):
        assert why(from_id_token, signed(nonce="n", vot=vot), KEYS, PROVER, nonce="n") == "vot"


@pytest.mark.parametrize(
    "claims", [{"sub": "him"}, {"iss": ISSUER}, {"aud": "others"}, {"vot": "P1"}, {"vot": None}, {"exp": NOW - 99}]
)
def test_a_proof_of_identity_is_of_the_same_person_for_us_and_strong_enough(claims: dict[str, Any]) -> None:
    her = Identity(ISSUER, "her", None)
    right = {"iss": PROVES, "vot": "P2"}
    assert proven(her, signed(**right), KEYS, PROVER, now=NOW).level is Level.HIGH
    assert why(proven, her, signed(**{**right, **claims}), KEYS, PROVER).startswith("core_identity")


@pytest.mark.parametrize("proof", [None, {}, "", "a.b.c"], ids=str)
def test_without_a_proof_nobody_is_surer(proof: Any) -> None:
    assert why(proven, Identity(ISSUER, "her", None), proof, KEYS, PROVER).startswith("core_identity")
    assert why(proven, Identity(ISSUER, "her", None), signed(iss=PROVES, vot="P2"), KEYS, PLAIN) == "core_identity"


def test_a_proof_by_another_key_is_none() -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "1"})
    assert why(proven, Identity(ISSUER, "her", None), signed(stranger, iss=PROVES, vot="P2"), KEYS, PROVER) == (
        "core_identity: signature"
    )


@pytest.mark.parametrize(
    "claims",
    [{"events": {}}, {"events": "gone"}, {"jti": None}, {"nonce": "n"}, {"sub": None}, {"iat": NOW - 301}],
)
def test_a_notice_of_a_logout_is_one_and_fresh(claims: dict[str, Any]) -> None:
    right = {"jti": "1", "events": {LOGOUT: {}}}
    assert gone(signed(**right, sid="s"), KEYS, PLAIN, now=NOW).session == "s"
    assert why(gone, signed(**{**right, **claims}), KEYS, PLAIN)


@pytest.mark.parametrize("token", [None, 7, "", "nothing", "a.b.c", "ü.ü.ü"], ids=str)
def test_what_is_no_token_names_no_key(token: Any) -> None:
    with pytest.raises(Unproven):
        key_id_of(token)


# -- what an installation says


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://oidc.example"},
        {"client_secret_file": SECRET},
        {"private_key_file": None},
        {"identity": None},
        {"speaks": "oidc"},
        {"algorithm": "HS256"},
        {"algorithm": "none"},
        {"scopes": "openid profile"},
    ],
    ids=str,
)
def test_a_provider_that_would_be_unsafe_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProviderTold(**{**ONE_LOGIN, **wrong})


def test_browsers_come_back_encrypted() -> None:
    with pytest.raises(ValidationError):
        SignInTold(return_to=("http://www.onedoor.example/signed-in",))


def test_what_is_no_browser_names_no_page() -> None:
    check_origin(SignInTold(return_to=("https://www.onedoor.example/signed-in",)), None)


def test_keys_of_another_document_are_not_taken() -> None:
    ours, theirs = ({"id": f"did:web:{name}#1", "publicKeyJwk": KEY.as_dict(private=False)} for name in ("us", "them"))
    found = keys_of_document({"id": "did:web:us", "assertionMethod": [ours, theirs]})
    assert [key["kid"] for key in found["keys"]] == ["did:web:us#1"]
