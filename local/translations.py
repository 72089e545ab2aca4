"""The catalogues of mails and pages: texts in code and templates, translated by people, compiled by Babel."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from local.places import ROOT
from shop.mail import languages as mails
from shop.money import Language
from shop.web import languages as pages

_SHOP = ROOT / "layers" / "shared" / "shop"
_METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract", ".txt": "jinja2.ext:babel_extract"}
_KEYWORDS = {**DEFAULT_KEYWORDS, "translatable": None, "say": None, "Problem": (2,), "ValueError": None}
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""The time in every catalogue, so that a catalogue changes with its texts alone."""
_NEEDLESS = re.compile(rb'\n"(Project|Report|POT|PO-|Last|Language-Team|Generated)[^\n]*')
"""The lines of a header that say nothing here."""
TRANSLATED = tuple(language for language in Language if language is not Language.ENGLISH)


@dataclass(frozen=True)
class Texts:
    """The texts of one domain: where its catalogues lie, and the code and templates that have them."""

    domain: str
    locales: Path
    places: tuple[Path, ...]

    def text_file(self, language: Language) -> Path:
        """Return the file that people edit."""
        return self.locales / language / "LC_MESSAGES" / f"{self.domain}.po"

    def compiled_file(self, language: Language) -> Path:
        """Return the file that the shop reads."""
        return self.text_file(language).with_suffix(".mo")

    def sources(self) -> Iterator[Path]:
        """Yield the files with texts."""
        for place in self.places:
            for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
                if path.suffix == ".py" or (path.parent.name == "templates" and path.is_file()):
                    yield path


MAILS = Texts(mails.DOMAIN, mails.LOCALES, (_SHOP / "accounts" / "unsubscribe.py", _SHOP / "mail"))
PAGES = Texts(
    pages.DOMAIN,
    pages.LOCALES,
    (
        _SHOP / "problems.py",
        _SHOP / "http" / "problems.py",
        _SHOP / "http" / "fields.py",
        _SHOP / "accounts" / "schemas.py",
        _SHOP / "web",
        ROOT / "functions",
    ),
)


def write() -> None:
    """Bring the catalogues up to date with code and templates, and compile them. New texts are left to translate."""
    for texts in (MAILS, PAGES):
        for language in TRANSLATED:
            catalogue = _updated(texts, language)
            texts.text_file(language).parent.mkdir(parents=True, exist_ok=True)
            texts.text_file(language).write_bytes(_text(catalogue))
            texts.compiled_file(language).write_bytes(_compiled(catalogue))


def faults() -> list[str]:
    """Return what is wrong with the catalogues: texts without a good translation, and files out of date."""
    return [fault for texts in (MAILS, PAGES) for language in TRANSLATED for fault in _faults(texts, language)]


def _faults(texts: Texts, language: Language) -> Iterator[str]:
    catalogue = _updated(texts, language)
    for message in catalogue:
        if message.id and (message.fuzzy or not all(_forms(message.string))):
            yield f"{language}: not translated: {message.id}"
    for message, errors in catalogue.check():
        yield from (f"{language}: {error}: {message.id}" for error in errors)
    text, compiled = texts.text_file(language), texts.compiled_file(language)
    if not text.exists() or text.read_bytes() != _text(catalogue):
        yield f"{text.name} is out of date: .venv/bin/python -m local translate"
    if not compiled.exists() or _texts_of(compiled) != _texts_in(catalogue):
        yield f"{compiled.name} is out of date: .venv/bin/python -m local translate"


def _texts_of(compiled: Path) -> dict[tuple[str, ...], tuple[str, ...]]:
    with compiled.open("rb") as file:
        return _texts_in(read_mo(file))


def _texts_in(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the texts with their translations, without the header, which has Babel's version."""
    texts = {_forms(message.id): _forms(message.string) for message in catalogue if message.id}
    return {text: translated for text, translated in texts.items() if all(translated)}


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def _updated(texts: Texts, language: Language) -> Catalog:
    """Read the catalogue of a language, with the texts that code and templates have now."""
    file, now = texts.text_file(language), Catalog(domain=texts.domain)
    for path in texts.sources():
        options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
        place = path.relative_to(ROOT).as_posix()
        for _, text, _, _ in extract_from_file(_METHODS[path.suffix], path, _KEYWORDS, options=options):
            now.add(text, locations=[(place, 0)])
    if file.exists():
        with file.open("rb") as written:
            catalogue = read_po(written, locale=language, domain=texts.domain)
    else:
        catalogue = Catalog(locale=language, domain=texts.domain)
    catalogue.update(now, no_fuzzy_matching=True)
    catalogue.header_comment = "# Texts of the shop. Write the lines that begin with msgstr."
    catalogue.fuzzy = False
    catalogue.creation_date = catalogue.revision_date = _ANY_TIME
    return catalogue


def _text(catalogue: Catalog) -> bytes:
    output = BytesIO()
    write_po(output, catalogue, width=110, ignore_obsolete=True, include_lineno=False)
    header, end, texts = output.getvalue().partition(b"\n\n")
    return _NEEDLESS.sub(b"", header) + end + texts


def _compiled(catalogue: Catalog) -> bytes:
    output = BytesIO()
    write_mo(output, catalogue)
    return output.getvalue()
