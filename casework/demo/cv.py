# SPDX-License-Identifier: AGPL-3.0-or-later
"""The papers of people who do not exist: one page each, as small as a PDF can be."""

from casework.documents.papers import Paper, read_paper

PAPERS = {
    "CV": ("Curriculum vitae (fictif)", "2019-2023 : atelier de couture, Tanger"),
    "TRAINING": ("Attestation de formation (fictive)", "Gestion d'une petite entreprise"),
}


def paper(lines: tuple[str, ...]) -> Paper:
    """These lines on a page, read as a file that somebody brings."""
    return read_paper("a.pdf", _pdf(lines))


def _pdf(lines: tuple[str, ...]) -> bytes:
    text = " ".join(f"({_quoted(line)}) Tj 0 -24 Td" for line in lines)
    drawn = f"BT /F1 14 Tf 72 760 Td {text} ET".encode("cp1252")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        font,
    ]
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (count, table, count, len(written))
    )


def _quoted(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
