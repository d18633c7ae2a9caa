"""The description that accompanies a till's export: index.xml (GDPdU)."""

from xml.sax.saxutils import escape

NUMBERS = {
    "UMS_BRUTTO": 2,
    "MENGE": 3,
    "FAKTOR": 3,
    "STK_BR": 5,
    "POS_BRUTTO": 5,
    "POS_NETTO": 5,
    "POS_UST": 5,
    "BASISWAEH_BETRAG": 2,
}


def index_xml(columns: dict[str, list[str]]) -> bytes:
    """Return index.xml for files (name to columns)."""
    tables = "".join(_table(name, fields) for name, fields in columns.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE DataSet SYSTEM "gdpdu-01-09-2004.dtd">\n<DataSet>'
        "<Version>1.0</Version><DataSupplier><Name>Nordlicht Wohnen GmbH</Name><Location>Hamburg</Location>"
        f"<Comment>DSFinV-K 2.3</Comment></DataSupplier><Media><Name>Kasse</Name>{tables}</Media></DataSet>\n"
    ).encode()


def _table(name: str, fields: list[str]) -> str:
    columns = "".join(
        f"<VariableColumn><Name>{escape(field)}</Name>"
        + (f"<Numeric><Accuracy>{NUMBERS[field]}</Accuracy></Numeric>" if field in NUMBERS else "<AlphaNumeric/>")
        + "</VariableColumn>"
        for field in fields
    )
    return (
        f"<Table><URL>{name}</URL><Name>{name.removesuffix('.csv')}</Name><UTF8/><DecimalSymbol>,</DecimalSymbol>"
        "<DigitGroupingSymbol>.</DigitGroupingSymbol><Range><From>2</From></Range><VariableLength>"
        "<ColumnDelimiter>;</ColumnDelimiter><RecordDelimiter>&#13;&#10;</RecordDelimiter>"
        f'<TextEncapsulator>"</TextEncapsulator>{columns}</VariableLength></Table>'
    )
