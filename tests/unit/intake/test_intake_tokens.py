"""Direct identifiers: tokens in every file, texts in none."""

import hmac
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xiezhi.engine.intake.tokens import TokenCollision, Vault, shown, token_of

Rows = Callable[..., list[dict[str, Any]]]
PLANTED = "欧阳不该出现"
MAPPING = """source = "t"
[cases.columns]
case_no = "n"
fee = "v"
officer = "o"
"""


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_the_token_is_that_of_the_documented_key() -> None:
    digest = hmac.new(b"xiezhi/check/v1", "张三".encode(), "sha256").hexdigest()
    assert token_of("张三") == token_of(" 张三　") == int(digest[:16], 16) // 2
    assert token_of("ＡＢ") == token_of("AB")
    assert token_of("张三", key=b"another") != token_of("张三")


@pytest.mark.parametrize(
    "content",
    [
        "n,v,o,x\nA1,1,{name},{name}\n",  # accepted; the other column is not mapped
        "n,v,o,x\nA1,bad,{name},{name}\n",  # quarantined for its fee
        "n,v,o,x\n,1,{name},{name}\n",  # quarantined for its key
        "n,v,o,x\nA1,1,{name}\n",  # too few fields
        'n,v,o,x\nA1,1,"{name},\n',  # never closed
        "n,v,o,x\nA1,1,{name}\0,{name}\n",  # NUL
        "n,v,o,x\nA1,1,{name},\nA1,2,{name},\n",  # key conflict, found in pass two
        "n,v,o,x\nA1,1,{name},\nA1,1,{name},\n",  # duplicate
    ],
)
def test_a_planted_name_is_in_no_file(intake: Any, rows: Rows, content: str) -> None:
    batch = intake.read(intake.file("t.csv", content.format(name=PLANTED)), mapping=MAPPING)
    texts = [str(row) for name in ("quarantine", *batch.datasets) for row in rows(batch, name)]
    assert not [text for text in texts if PLANTED in text]
    assert PLANTED.encode() not in everything(batch.folder)
    assert set(batch.vault.values()) <= {PLANTED}


def test_quarantine_shows_the_token(intake: Any, rows: Rows) -> None:
    batch = intake.read(intake.file("t.csv", f"n,v,o\nA1,bad,{PLANTED}\n"), mapping=MAPPING)
    (entry,) = rows(batch, "quarantine")
    assert entry["row"] == f'{{"n":"A1","v":"bad","o":"{shown(token_of(PLANTED))}"}}'
    twice = intake.read(intake.file("u.csv", f"n,v,o\nA1,1,{PLANTED}\nA1,2,{PLANTED}\n"), mapping=MAPPING)
    assert [shown(token_of(PLANTED)) in entry["row"] for entry in rows(twice, "quarantine")] == [True, True]


def test_the_vault_resolves_and_the_key_of_the_installation_counts(intake: Any, rows: Rows) -> None:
    file = intake.file("t.csv", "n,v,o\nA1,1, 张三\nA2,1,张三　\nA3,1,\n")
    batch = intake.read(file, mapping=MAPPING, key=b"installation")
    token = token_of("张三", key=b"installation")
    assert [row["officer"] for row in rows(batch, "cases")] == [token, token, None]
    assert (batch.vault, batch.open_tokens) == ({token: "张三"}, frozenset())


def test_a_pseudonym_is_opened_with_its_reason(intake: Any) -> None:
    mapping = MAPPING.replace('officer = "o"', 'officer = {column = "o", privacy = "none", reason = "a pseudonym"}')
    batch = intake.read(intake.file("t.csv", "n,v,o\nA1,1,Resource21\n"), mapping=mapping)
    assert batch.open_tokens == {token_of("Resource21")}


def test_two_texts_with_one_token_are_refused() -> None:
    def fill(vault: Vault) -> None:
        for number in range(17):
            vault.token(f"name {number}")

    with pytest.raises(TokenCollision, match="choose another key"):
        fill(Vault(None, bits=4))
