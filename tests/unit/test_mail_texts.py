"""Every mail says all it has to say in each language, with the shop's name, and well-formed."""

import re
from html.parser import HTMLParser
from itertools import zip_longest

import pytest

from local import translations
from local.pictures import SAMPLES, mails
from shop.mail.messages import Message
from shop.money import Language

MAILS = [
    pytest.param(language, message, id=f"{name}-{language}")
    for language in Language
    for name, message in mails(language)
]
_SAME_IN_ALL_LANGUAGES = re.compile(r"https://\S+|TRX 4711|\d{6}-[0-9A-Z]{8}|৳")
_VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Reads what a person sees of a page, and complains of tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        if tag == "img":
            self.pictures.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def seen(message: Message) -> Reader:
    reader = Reader()
    reader.feed(message.html)
    reader.close()
    assert not reader.open
    return reader


def test_every_text_is_translated_and_the_catalogues_are_fresh() -> None:
    assert translations.faults() == []


@pytest.mark.parametrize(("language", "message"), MAILS)
def test_a_mail_is_in_its_language_alone(language: Language, message: Message) -> None:
    foreign = "[\u0980-\u09ff]" if language is Language.ENGLISH else "[A-Za-z]"

    for part in (message.subject, message.text, "".join(seen(message).text)):
        text = _SAME_IN_ALL_LANGUAGES.sub("", part)
        assert not re.search(foreign, text), text
        assert not re.search(r"%\(|[{}<>\ufffd]|&\w+;", text), text
    assert message.subject == " ".join(message.subject.split())
    assert "\n\n\n" not in message.text


@pytest.mark.parametrize(("language", "message"), MAILS)
def test_a_mail_names_the_shop_and_says_how_to_reach_it(language: Language, message: Message) -> None:
    settings, lines = SAMPLES[language].settings, message.text.splitlines()

    assert lines[0] == settings.shop_name
    assert lines[-3:] == [settings.shop_name, settings.shop_address, settings.shop_phone]
    shown = [text.strip() for text in seen(message).text if text.strip()]
    assert shown[-3:] == lines[-3:]
    assert message.html.startswith(f'<!DOCTYPE html>\n<html lang="{language}">')


def test_both_languages_have_the_same_mails_with_as_many_links() -> None:
    for (name, one), (other_name, other) in zip_longest(mails(Language.ENGLISH), mails(Language.BENGALI)):
        assert name == other_name
        assert seen(one).links == seen(other).links
        assert ("https://shop.example.com/pay" in one.text) == name.startswith("reminder")
