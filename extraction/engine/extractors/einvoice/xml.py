"""XML from strangers → an element tree without namespaces, or nothing.

No entity is expanded, nothing is fetched, and a document type declaration is a reason to refuse: no e-invoice has one,
every entity attack needs one.
"""

from __future__ import annotations

from functools import cache

from lxml import etree

from extraction.engine.extractors.einvoice.syntaxes import ROOTS, Syntax


def load(content: bytes) -> tuple[etree._Element, Syntax] | None:
    """The root element, its tags reduced to local names, and its syntax; ``None`` when it is not an e-invoice."""
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    syntax = _syntax(root)
    if syntax is None or root.getroottree().docinfo.internalDTD is not None:
        return None
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root, syntax


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


def _syntax(root: etree._Element) -> Syntax | None:
    name = etree.QName(root)
    return next(
        (
            syntax
            for local, namespace, syntax in ROOTS
            if name.localname == local and (name.namespace or "").startswith(namespace)
        ),
        None,
    )


def texts(element: etree._Element, path: str) -> list[str]:
    """The non-empty texts of all nodes at ``path``, white space collapsed, in document order."""
    found = _compiled(path)(element)
    nodes = found if isinstance(found, list) else [found]
    collapsed = (" ".join(_text(node).split()) for node in nodes)
    return [text for text in collapsed if text]


@cache
def _compiled(path: str) -> etree.XPath:
    """Paths come from the tables of ``syntaxes`` only, so that the cache stays small."""
    return etree.XPath(path, smart_strings=False)


def _text(node: etree._Element | str) -> str:
    return node if isinstance(node, str) else node.text or ""
