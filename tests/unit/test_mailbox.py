"""The mails of the local cloud, read from the file that its mailbox writes."""

import json
from pathlib import Path

from local import mailbox

MAIL = json.dumps({"to": "Rahim@example.com", "text": "Grüße"}, ensure_ascii=False)
OTHER = json.dumps({"to": "karim@example.com", "text": "Hello"})


def test_a_mail_that_is_being_written_is_none_yet(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    written, begun = f"{MAIL}\n{OTHER}\n".encode(), MAIL.encode()

    for end in range(len(begun) + 1):
        file.write_bytes(written + begun[:end])
        assert list(mailbox.mails(file, None)) == [MAIL, OTHER]


def test_mails_to_an_address_are_found_whatever_its_case(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    assert list(mailbox.mails(file, None)) == []

    file.write_text(f"{MAIL}\n{OTHER}\n", encoding="utf-8")

    assert list(mailbox.mails(file, "rahim@EXAMPLE.com")) == [MAIL]
