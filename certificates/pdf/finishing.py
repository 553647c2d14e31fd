"""What WeasyPrint 70.0 leaves undone for PDF/A-3a and PDF/UA-1 in one file.

Two private names of WeasyPrint are replaced here (`tags._build_box_tree`, `Font._harfbuzz_subset`), for the whole
process: 70.0 is pinned in pyproject.toml, and tests/certificates/test_pdf_standards.py judges the next version.
"""

import io

import pydyf
from fontTools.ttLib import TTFont
from weasyprint.pdf import tags
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset
from weasyprint.text.fonts import get_hb_object_data

PAGE_HEIGHT = 210 / 25.4 * 72  # points
OUR_FONTS = ("QM-Serif", "QM-Rare")  # the families of certificate.css, as WeasyPrint names them in the file
ORNAMENT_IS = {
    "Type": "/XObject",
    "Subtype": "/Form",
    "BBox": "[0 0 842 596]",
    "Resources": "<<>>",
    "Filter": "/FlateDecode",
}
# WeasyPrint claims one standard per file. This goes inside the RDF: what its xmp_metadata option appends lands after
# it and counts for nothing. The three prefixes are prescribed; shorter ones fail veraPDF 6.6.2.3.3.
PDFUA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid\
</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part\
</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal\
</pdfaProperty:category><pdfaProperty:description>part</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


class ForeignFont(RuntimeError):
    """Fontconfig lent a font that was not prepared: the page would look different on every machine."""


def finisher(ornament: bytes, profile: bytes):
    """This will make the function that WeasyPrint calls on the finished file, before writing it."""

    def finish(document, pdf):
        for thing in list(pdf.objects):
            kind = thing.extra if isinstance(thing, pydyf.Stream) else thing if isinstance(thing, dict) else {}
            if kind.get("Type") == "/Metadata":  # uncompressed, so that any archive can read it
                thing.compress, thing.stream = False, [thing.stream[0].replace(b"</rdf:RDF>", PDFUA)]
            elif kind.get("Type") == "/FontDescriptor":
                _refuse_foreign(kind["FontName"])
            elif kind.get("Subtype") == "/OpenType":
                # The bare CFF table: wrapped as OpenType, MuPDF takes the CIDs for glyph ids and draws wrong glyphs.
                thing.stream, kind["Subtype"] = [TTFont(io.BytesIO(thing.stream[0])).reader["CFF "]], "/CIDFontType0C"
            elif kind.get("N") == 3:
                thing.stream = [profile]
            elif kind.get("Type") == "/Page":
                _lay_under(pdf, kind, ornament)
            elif kind.get("S") == "/L":
                _pair(pdf, kind)
        if "AF" in pdf.catalog:  # a specimen carries nothing
            pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))  # WeasyPrint lists an attachment twice
        for key in ("OutputConditionIdentifier", "Info"):
            pdf.catalog["OutputIntents"][0][key] = pydyf.String("sRGB")

    return finish


def _find(pdf, reference):
    return pdf.objects[int(reference.split()[0])]


def _refuse_foreign(name) -> None:
    name = name.decode() if isinstance(name, bytes) else str(name)
    if not name.partition("+")[2].startswith(OUR_FONTS):
        raise ForeignFont(name)


def _lay_under(pdf, page, ornament: bytes) -> None:
    """The ornament as an artifact, which no screen reader meets. As a CSS background it costs a third of the time."""
    pdf.add_object(form := pydyf.Stream([ornament], ORNAMENT_IS))
    _find(pdf, page["Resources"])["XObject"]["ornament"] = form.reference
    _find(pdf, page["Contents"]).stream.insert(0, b"/Artifact BMC /ornament Do EMC")


def _pair(pdf, pairs) -> None:
    """<div> -> LI, <dt> -> Lbl, <dd> -> LBody; WeasyPrint makes of dt and dd list items of their own."""
    for pair in (_find(pdf, kid) for kid in pairs["K"]):
        pair["S"] = "/LI"
        for part, inner, kid in zip(("/Lbl", "/LBody"), ("/Span", "/P"), pair["K"], strict=True):
            item = _find(pdf, kid)
            item["S"], _find(pdf, item["K"][0])["S"] = part, inner


def _build_box_tree(box, *rest):
    """Give the tag of lang="en" its /Lang, and a figure its /BBox in points from below, not in pixels from above."""
    for element in _weasyprint_build_box_tree(box, *rest):
        if box.element is not None and box.element.tag != "html" and (lang := box.element.get("lang")):
            element["Lang"] = pydyf.String(lang)
        if element["S"] == "/Figure":
            left, top, right, bottom = (pixels * 0.75 for pixels in element["A"]["BBox"])
            element["A"]["BBox"] = pydyf.Array([left, PAGE_HEIGHT - bottom, right, PAGE_HEIGHT - top])
        yield element


def _subset(font, to_unicode, hinting):
    """Keep the glyphs used and no empty slots for the others; the CFF charset goes on mapping the page's CIDs.

    WeasyPrint's own way keeps a slot for each unused glyph: 92 KB for a page that needs 33.
    """
    if "CFF " not in font.tables:
        return _weasyprint_subset(font, to_unicode, hinting)
    wish = ffi.gc(harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy)
    drop = harfbuzz_subset.hb_subset_input_set(wish, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG)
    kept = ("CFF ", "head", "hhea", "hmtx", "maxp")
    tables = [harfbuzz.hb_tag_from_string(tag.encode(), -1) for tag in font.tables if tag not in kept]
    for hb_set, values in ((harfbuzz_subset.hb_subset_input_glyph_set(wish), to_unicode), (drop, tables)):
        harfbuzz.hb_set_add_sorted_array(hb_set, ffi.new("hb_codepoint_t[]", sorted(values)), len(values))
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING | harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
    harfbuzz_subset.hb_subset_input_set_flags(wish, flags)
    face = ffi.gc(harfbuzz_subset.hb_subset_or_fail(font.hb_face, wish), harfbuzz.hb_face_destroy)
    font.file_content = get_hb_object_data(face)
    return None


_weasyprint_build_box_tree, tags._build_box_tree = tags._build_box_tree, _build_box_tree
_weasyprint_subset, Font._harfbuzz_subset = Font._harfbuzz_subset, _subset
