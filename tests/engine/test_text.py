"""Plain text: pages of character cells, in any usual encoding."""

from __future__ import annotations

import codecs

import pytest

from extraction.engine.errors import LimitExceeded
from extraction.engine.parsers.encoding import decode
from extraction.engine.values import Box, Limits, Options
from tests.engine.paper import OPTIONS, parse, texts, written

GERMAN = "Rechnung Nr. 12\nFirma Müller & Söhne GmbH\nStraße 5, München\nBetrag: 12,50 €\nFällig am 3. März\n"
FRENCH = "Facture n° 12\nSociété Générale des Eaux\nÉchéance : 12 février\nMontant à payer : 12,50 €\n"
SPANISH = "Factura núm. 7\nCompañía Española S.L.\nDirección: Peñíscola\nTotal: 12,50 €\n"
POLISH = "Faktura nr 12\nSprzedawca: Zażółć Gęślą Jaźń\nul. Łąkowa 5, Łódź\nDo zapłaty: 12,50 zł\n"
CZECH = "Faktura č. 12\nDodavatel: Žluťoučký kůň s.r.o.\nČástka k úhradě: 12,50 Kč\n"
HUNGARIAN = "Számla sorszáma: 5\nVevő: Árvíztűrő Kft.\nFizetendő összeg: 1200 Ft\n"
TURKISH = "Fatura No: 12\nSatıcı: Işık Güneş A.Ş.\nÖdenecek tutar: 12,50\n"
RUSSIAN = "Счёт № 12\nПоставщик: ООО «Ромашка»\nИтого к оплате: 1200 руб.\n"
GREEK = "Τιμολόγιο αρ. 12\nΠωλητής: Εταιρεία\nΣύνολο: 12,50\n"
JAPANESE = "請求書番号 12\n株式会社サンプル\n合計金額 1200円\nお支払期限\n"
CHINESE = "发票号码 12\n北京某某有限公司\n合计金额 1200元\n"
KOREAN = "청구서 번호 12\n주식회사 예제\n합계 금액 1200원\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((GERMAN, encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be")),
        *((GERMAN, encoding) for encoding in ("cp1252", "iso8859-15", "mac_roman", "cp858")),
        *((FRENCH, encoding) for encoding in ("cp1252", "iso8859-15", "mac_roman")),
        *((SPANISH, encoding) for encoding in ("cp1252", "iso8859-15")),
        *((text, encoding) for text in (POLISH, CZECH, HUNGARIAN) for encoding in ("cp1250", "iso8859-2")),
        (TURKISH, "cp1254"),
        *((RUSSIAN, encoding) for encoding in ("cp1251", "koi8-r", "iso8859-5")),
        (GREEK, "cp1253"),
        *((JAPANESE, encoding) for encoding in ("shift_jis", "euc-jp", "iso2022_jp")),
        *((CHINESE, encoding) for encoding in ("gb18030", "gbk")),
        (KOREAN, "euc-kr"),
        ("Café\nTotal: £12.50\n", "cp1252"),
        ("Total due – “now”\n", "cp1252"),
        ("plain\n", "ascii"),
    ],
)
def test_the_encoding_is_found(text, encoding):
    data = text.encode(encoding, "ignore")  # some of these encodings lack a character of the text
    assert decode(data) == data.decode(encoding).replace("\u00ad", "")


def test_utf8_with_a_slip_stays_utf8():
    assert decode(GERMAN.encode() + b"\xff\n") == GERMAN + "\ufffd\n"


def test_utf16_cut_in_the_middle_of_a_character():
    assert decode(codecs.BOM_UTF16_LE + "Total".encode("utf-16-le") + b"\x31") == "Total\ufffd"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_box_is_columns_and_a_row(tmp_path, end):
    page = parse(written(tmp_path / "a.txt", end.join(["Total:  12.50", "", "\tEUR"]))).pages[0]
    assert [(word.text, word.box) for word in page.words] == [
        ("Total:", Box(0, 0, 6, 1)),
        ("12.50", Box(8, 0, 13, 1)),
        ("EUR", Box(8, 2, 11, 3)),
    ]
    assert (page.unit, page.width, page.height) == ("char", 13, 3)


def test_a_form_feed_begins_a_page(tmp_path):
    pages = parse(written(tmp_path / "a.txt", "one\n\ftwo\n\f\n")).pages
    assert [(page.number, texts(page)) for page in pages] == [(1, ["one"]), (2, ["two"])]


def test_what_nobody_sees_does_not_come_out(tmp_path):
    assert texts(parse(written(tmp_path / "a.txt", "To\0tal\u200b \x07 5")).pages[0]) == ["Total", "5"]


def test_pages_are_bounded(tmp_path):
    with pytest.raises(LimitExceeded):
        parse(written(tmp_path / "a.txt", "\f".join("abc")), Options(today=OPTIONS.today, limits=Limits(max_pages=2)))
