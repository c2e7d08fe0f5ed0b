"""DOCX: paragraphs, headings, lists, tables, and the guards around the zip."""

import io
import zipfile

import pytest

from tests.documents.helpers import blocks, reading

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body, *, compress=zipfile.ZIP_DEFLATED, **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            archive.writestr(f"{'docProps' if name == 'core' else 'word'}/{name}.xml", text)
    return out.getvalue()


def p(*runs, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def test_a_document_becomes_blocks():
    cells = "".join(f"<w:tc>{p(text)}</w:tc>" for text in ("Ann Smith", "Chief"))
    body = (
        p("Annual Report", properties='<w:pStyle w:val="Heading1"/>')
        + p("Ann ", "Smith &amp; Co.")
        + p("First", properties="<w:numPr/>")
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        + "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:tab/><w:t>too</w:t></w:r></w:p>"
        + p("Einleitung", properties='<w:pStyle w:val="berschrift1"/>')
    )
    styles = f'<w:styles {W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>'
    notes = f'<w:footnotes {W}><w:footnote w:type="separator">{p("no")}</w:footnote><w:footnote>{p("A note.")}</w:footnote></w:footnotes>'
    core = (
        "<c xmlns:dc='d'><dc:title>The Report</dc:title><dc:creator>Ann</dc:creator><created>2020-01-02T03:04:05Z</created></c>"
    )
    result = reading("a.docx", docx(body, styles=styles, footnotes=notes, core=core))
    assert blocks(result) == [
        ("heading", "The Report"),
        ("heading", "Annual Report"),
        ("paragraph", "Ann Smith & Co."),
        ("list_item", "First"),
        ("table_row", "Ann Smith\tChief"),
        ("paragraph", "kept too"),
        ("heading", "Einleitung"),
        ("paragraph", "A note."),
    ]
    assert dict(result.source.metadata) == {"title": "The Report", "authors": "Ann", "date": "2020-01-02T03:04:05+00:00"}


def overlapping():
    """Two entries of the central directory that point to the same data, as in Fifield's zip bombs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "x" * 100)
        archive.writestr("word/styles.xml", "x" * 100)
        archive.filelist[1].header_offset = archive.filelist[0].header_offset
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 but no zip", "corrupt"),
        (b"", "corrupt"),
        (b"\xd0\xcf\x11\xe0 old Word", "encrypted"),
        (docx(p("x" * 20_000_000)), "zip bomb"),
        (overlapping(), "overlapping"),
        (docx("<w:p>"), "not well-formed"),
        (docx("<w:p>" * 2_000 + "</w:p>" * 2_000), "levels deep"),
        (docx(p("whole"))[:-40], "corrupt"),
    ],
)
def test_hostile_and_damaged_files_are_quarantined(data, reason):
    source = reading("a.docx", data).source
    assert source.outcome == "quarantined"
    assert reason in source.reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_is_refused_in_every_encoding(encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", xml.encode(encoding))
    source = reading("a.docx", out.getvalue()).source
    assert (source.outcome, source.reason) == ("quarantined", "a DTD inside, which Word documents may not have")


def test_a_part_that_is_larger_than_it_says_is_refused():
    data = bytearray(docx(p("x" * 5_000)))
    end = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[end + 24 : end + 28] = (10).to_bytes(4, "little")
    assert reading("a.docx", bytes(data)).source.outcome == "quarantined"


def test_a_zip_that_is_no_word_document():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "not a Word document" in reading("a.docx", out.getvalue()).source.reason


def test_a_text_box_is_read_once_and_after_the_paragraph_in_which_it_stands():
    inside = f"<w:txbxContent>{p('Quoted', properties='<w:numPr/>')}{p('by Ann Smith.')}</w:txbxContent>"
    box = f"<w:r><AlternateContent><Choice><drawing>{inside}</drawing></Choice><Fallback><w:pict>{inside}</w:pict></Fallback></AlternateContent></w:r>"
    body = f"<w:p><w:r><w:t>Before </w:t></w:r>{box}<w:r><w:t>and after.</w:t></w:r></w:p>" + p("Next.")
    assert blocks(reading("a.docx", docx(body))) == [
        ("paragraph", "Before and after."),
        ("list_item", "Quoted"),
        ("paragraph", "by Ann Smith."),
        ("paragraph", "Next."),
    ]
    cell = "".join(f"<w:tc>{content}</w:tc>" for content in (f"<w:p>{box}</w:p>", p("x")))
    assert blocks(reading("a.docx", docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>"))) == [("table_row", "Quoted by Ann Smith.\tx")]


def test_lines_that_only_breaks_part_stay_apart_unless_a_sentence_goes_on():
    broken = "<w:p><w:r>{}</w:r></w:p>"
    lines = "<w:br/>".join(f"<w:t>{line}</w:t>" for line in ("Harbour Board", "Mr. Jan de Vries", "Long Street 9"))
    said = "<w:t>We write to you as the owners</w:t><w:br/><w:t>of the ferry.</w:t>"
    paged = '<w:t>They are of Acme and</w:t><w:br w:type="page"/><w:t>Beta.</w:t>'
    heading = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r>{lines}</w:r></w:p>'
    cells = f"<w:tbl><w:tr><w:tc>{broken.format(lines)}</w:tc><w:tc>{p('x')}</w:tc></w:tr></w:tbl>"
    assert blocks(
        reading("a.docx", docx(broken.format(lines) + broken.format(said) + broken.format(paged) + heading + cells))
    ) == [
        ("paragraph", "Harbour Board"),
        ("paragraph", "Mr. Jan de Vries"),
        ("paragraph", "Long Street 9"),
        ("paragraph", "We write to you as the owners of the ferry."),
        ("paragraph", "They are of Acme and Beta."),
        ("heading", "Harbour Board Mr. Jan de Vries Long Street 9"),
        ("table_row", "Harbour Board Mr. Jan de Vries Long Street 9\tx"),
    ]


def test_a_text_box_of_old_word_is_read():
    box = f"<w:r><w:pict><shape><textbox><w:txbxContent>{p('Boxed.')}</w:txbxContent></textbox></shape></w:pict></w:r>"
    body = f"<w:p><w:r><w:t>Before.</w:t></w:r>{box}</w:p>"
    assert blocks(reading("a.docx", docx(body))) == [("paragraph", "Before."), ("paragraph", "Boxed.")]


def test_hidden_text_is_left_out():
    mark = "<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"  # hides the paragraph's end, not its text
    runs = [
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r>",
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Shown. </w:t></w:r>',
        "<w:r><w:t>Seen.</w:t></w:r>",
    ]
    assert blocks(reading("a.docx", docx(f"<w:p>{mark}{''.join(runs)}</w:p>"))) == [("paragraph", "Shown. Seen.")]


def test_a_picture_that_packs_well_is_no_bomb_as_it_is_never_unpacked():
    out = io.BytesIO(docx(p("Ann Smith works.")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/image1.emf", b"\xff" * 3_000_000)
    assert blocks(reading("a.docx", out.getvalue())) == [("paragraph", "Ann Smith works.")]


def test_the_main_part_is_where_the_relations_say_it_is():
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    heading = p("Acme", properties='<w:pStyle w:val="a1"/>')
    style = '<w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>'
    parts = {
        "_rels/.rels": f'<Relationships><Relationship Type="{kind}/officeDocument" Target="/word/document2.xml"/></Relationships>',
        "word/_rels/document2.xml.rels": f'<Relationships><Relationship Type="{kind}/styles" Target="styles2.xml"/></Relationships>',
        "word/document2.xml": f"<w:document {W}><w:body>{heading}</w:body></w:document>",
        "word/styles2.xml": f"<w:styles {W}>{style}</w:styles>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    assert blocks(reading("a.docx", out.getvalue())) == [("heading", "Acme")]


REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
PAGE_NUMBER = (
    FIELD.format("begin") + "<w:r><w:instrText> PA</w:instrText></w:r><w:r><w:instrText>GE </w:instrText></w:r>"
    + FIELD.format("separate") + "<w:r><w:t>3</w:t></w:r>" + FIELD.format("end")
)  # fmt: skip
PAGES = '<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>12</w:t></w:r></w:fldSimple>'


def run(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def with_margins(body, section, **margins):
    """A document with these headers and footers, called by their names; section: properties of its section."""
    relations = "".join(
        f'<Relationship Id="{name}" Type="{REFERENCES}/{name.rstrip("0123456789")}" Target="{name}.xml"/>' for name in margins
    )
    parts = {name: f"<w:hdr {W}>{text}</w:hdr>" for name, text in margins.items()}
    data = io.BytesIO(docx(body + f"<w:sectPr>{section}</w:sectPr>", **parts))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
    return data.getvalue()


def calls(*names, type="default"):
    return "".join(f'<w:{name.rstrip("0123456789")}Reference w:type="{type}" r:id="{name}" xmlns:r="r"/>' for name in names)


def test_headers_and_footers_are_read_once_and_without_page_numbers():
    letterhead = p("Acme Inc.", properties='<w:pStyle w:val="Heading1"/>') + p("12 Long Street, Berlin")
    footer = f"<w:p>{run('Managing director: Ann Smith | Page ')}{PAGE_NUMBER}{run(' of ')}{PAGES}</w:p>"
    numbers = f"<w:p>{run('Page ')}{PAGE_NUMBER}</w:p><w:p>{PAGE_NUMBER}{run('/')}{PAGES}</w:p>" + p("- 7 -") + p("Dear Bob,")
    section = calls("header1", "header2", "footer1", "footer2")
    data = with_margins(p("Dear Bob,"), section, header1=letterhead, header2=letterhead, footer1=footer, footer2=numbers)
    assert blocks(reading("a.docx", data)) == [
        ("paragraph", "Dear Bob,"),
        ("paragraph", "Acme Inc."),
        ("paragraph", "12 Long Street, Berlin"),
        ("paragraph", "Managing director: Ann Smith"),
    ]


def test_numbers_in_headers_that_count_no_pages_stay():
    dated = f'<w:p>{run("Report 2023, ")}<w:fldSimple w:instr=" DATE "><w:r><w:t>1 May</w:t></w:r></w:fldSimple>{run(", Acme 3")}</w:p>'
    data = with_margins(p("Text."), calls("header1"), header1=dated)
    assert blocks(reading("a.docx", data))[1:] == [("paragraph", "Report 2023, 1 May, Acme 3")]


@pytest.mark.parametrize(
    ("section", "settings", "read"),
    [
        (calls("header1", type="first"), "", []),
        (calls("header1", type="first") + "<w:titlePg/>", "", ["Acme Inc."]),
        (calls("header1", type="first") + '<w:titlePg w:val="0"/>', "", []),
        (calls("header1", type="even"), "", []),
        (calls("header1", type="even"), "<w:evenAndOddHeaders/>", ["Acme Inc."]),
        ("", "", []),
    ],
)
def test_only_headers_that_are_shown_are_read(section, settings, read):
    data = io.BytesIO(with_margins(p("Text."), section, header1=p("Acme Inc.")))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("word/settings.xml", f"<w:settings {W}>{settings}</w:settings>")
    assert [text for _, text in blocks(reading("a.docx", data.getvalue()))] == ["Text.", *read]


def test_what_a_diagram_says_is_read_and_charts_are_named():
    shape = "<dgm:pt><dgm:t><a:p><a:r><a:t>{}</a:t></a:r></a:p></dgm:t></dgm:pt>"
    data = f"<dgm:dataModel>{shape.format('Ann Smith, chair')}{shape.format('Bob Roy')}</dgm:dataModel>"
    drawing = '<w:p><w:r><drawing><graphicData><dgm:relIds r:dm="diagramData1" r:lo="x"/></graphicData></drawing></w:r></w:p>'
    body = p("Who is who.") + drawing + p("So it is.")
    result = reading("a.docx", with_margins(body, "", diagramData1=data, diagramData2=data))
    assert blocks(result) == [
        ("paragraph", "Who is who."), ("paragraph", "So it is."), ("list_item", "Ann Smith, chair"), ("list_item", "Bob Roy"),
    ]  # fmt: skip
    assert result.notices == ()
    more = reading("a.docx", with_margins(p("Text."), "", chart1="", aFChunk1="", package1="", package2=""))
    assert more.notices == ("charts in Word documents are not read", "embedded files in Word documents are not read")


@pytest.mark.parametrize(("comment", "said"), [(p("Ann, is this right?"), True), ("", False)])
def test_comments_are_not_read_and_that_is_said(comment, said):
    result = reading("a.docx", docx(p("Text."), comments=f"<w:comments {W}><w:comment>{comment}</w:comment></w:comments>"))
    assert blocks(result) == [("paragraph", "Text.")]
    assert any("comments" in notice for notice in result.notices) is said
