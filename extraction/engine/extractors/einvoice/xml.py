"""XML from strangers → an element tree without namespaces, or nothing.

No entity is expanded, nothing is fetched, no style sheet is applied, and a document type declaration is a reason to
refuse: no e-invoice has one, every entity attack needs one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice

from lxml import etree

from extraction.engine.extractors.einvoice.syntax import Syntax
from extraction.engine.extractors.einvoice.syntaxes import syntax_of
from extraction.engine.parsers.characters import clean

MAX_ENCLOSED = 5
"""So many elements directly within the root are looked at: an envelope has a header and the invoice."""


_BEFORE = re.compile(rb"\s*(?:\xef\xbb\xbf\s+)?")

HEAD = 65_536
"""Bytes at the beginning in which a document type is declared, if at all."""


def parse(content: bytes) -> etree._Element | None:
    """The root element of well-formed XML, before which there may be white space; ``None`` for anything else."""
    before = _BEFORE.match(content)
    try:
        root = etree.fromstring(content[before.end() if before else 0 :], _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if root.getroottree().docinfo.internalDTD is None else None


def declares_type(content: bytes) -> bool:
    """Whether there is a document type declaration, in any encoding: why :func:`parse` gave nothing."""
    return b"<!DOCTYPE" in content[:HEAD].replace(b"\0", b"")


def invoice(root: etree._Element) -> tuple[etree._Element, Syntax] | None:
    """The element that is an e-invoice, its tags reduced to local names, and its syntax; ``None`` when there is none.

    It is the root, or stands directly within it (an envelope, such as the business document header of Peppol).
    """
    for element in (root, *islice(root.iterchildren(etree.Element), MAX_ENCLOSED)):
        name = etree.QName(element)
        syntax = syntax_of(name.localname, name.namespace or "")
        if syntax is not None:
            _strip_namespaces(element)
            return element, syntax
    return None


def _strip_namespaces(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def elements(element: etree._Element, path: str) -> list[etree._Element]:
    """The elements at ``path``, in document order."""
    found: list[etree._Element] = _compiled(path)(element)
    return found


def texts(element: etree._Element, path: str) -> list[str]:
    """The non-empty texts of all nodes at ``path``, white space collapsed, in document order."""
    found = _compiled(path)(element)
    nodes = found if isinstance(found, list) else [found]
    collapsed = (" ".join(clean(_text(node)).split()) for node in nodes)
    return [text for text in collapsed if text]


def all_texts(root: etree._Element) -> Iterator[str]:
    """The text of every element and every attribute, except the codes of types: 380 is an invoice, not a sum."""
    for element in root.iter(etree.Element):
        yield from (value for value in element.values() if value)
        if element.text and not element.text.isspace() and not element.tag.endswith("TypeCode"):
            yield " ".join(clean(element.text).split())


@cache
def _compiled(path: str) -> etree.XPath:
    """Paths come from the tables of the syntaxes only, so that the cache stays small."""
    return etree.XPath(path, smart_strings=False)


def _text(node: etree._Element | str) -> str:
    return node if isinstance(node, str) else node.text or ""
