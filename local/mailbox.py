"""The mailbox: an SMTP server that stores the mails that SES sends in a file, so that they survive a restart."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class _Keeper:
    """Appends each mail to a file, one line per recipient."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._file.open("a", encoding="utf-8") as file:
            for recipient in envelope.rcpt_tos:
                mail = {
                    "to": recipient,
                    "subject": str(message["Subject"]),
                    "text": _body(message, "plain"),
                    "html": _body(message, "html"),
                    "sent_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                }
                file.write(json.dumps(mail, ensure_ascii=False) + "\n")
        return "250 kept"


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""


def mails(file: Path, recipient: str | None) -> Iterator[str]:
    """Yield the stored mails as JSON, oldest first: all, or those to one address."""
    if not file.exists():
        return
    *lines, _ = file.read_bytes().split(b"\n")  # the last part is empty, or a mail that is still being written
    for line in lines:
        if recipient is None or json.loads(line)["to"].casefold() == recipient.casefold():
            yield line.decode()


async def _serve(port: int, file: Path) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Keeper(file), enable_SMTPUTF8=True), "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    """Serve SMTP on a loopback port until stopped."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.file))


if __name__ == "__main__":
    main()
