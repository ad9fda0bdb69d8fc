"""The evidence room's codes: what can be wrong with a file that someone hands in."""

from evigate.base.errors import Code, Kind

E_UNSUPPORTED_MEDIA_TYPE = Code(
    "E_UNSUPPORTED_MEDIA_TYPE",
    Kind.INVALID,
    415,
    "Send a PDF, DOCX, PPTX, EPUB, HTML, Markdown or text file; for a paper, a PDF.",
)
E_FILE_TOO_LARGE = Code(
    "E_FILE_TOO_LARGE", Kind.LIMIT, 413, "Send a smaller file, or raise the limit on upload size."
)
E_PDF_TOO_LONG = Code("E_PDF_TOO_LONG", Kind.LIMIT, 413, "Send only the pages that are needed.")
E_PDF_PAGE_TOO_LARGE = Code(
    "E_PDF_PAGE_TOO_LARGE", Kind.LIMIT, 413, "Ask for a smaller scale, or read the page's text."
)
E_PDF_ENCRYPTED = Code(
    "E_PDF_ENCRYPTED", Kind.INVALID, 422, "Remove the password and send the file again."
)
E_PDF_DAMAGED = Code(
    "E_PDF_DAMAGED", Kind.INVALID, 422, "Download the file again; it is incomplete or broken."
)
E_PDF_NO_TEXT = Code(
    "E_PDF_NO_TEXT",
    Kind.INVALID,
    422,
    "The pages are pictures: run text recognition (OCR) over the file and send the result.",
)
E_DOCUMENT_NO_TEXT = Code(
    "E_DOCUMENT_NO_TEXT", Kind.INVALID, 422, "Send a file that has text in it."
)
E_DOCUMENT_ENCRYPTED = Code(
    "E_DOCUMENT_ENCRYPTED", Kind.INVALID, 422, "Save it without protection and send it again."
)
E_DOCUMENT_DAMAGED = Code(
    "E_DOCUMENT_DAMAGED", Kind.INVALID, 422, "Fetch or save the file again; it cannot be read."
)
E_DOCUMENT_TOO_LARGE = Code(
    "E_DOCUMENT_TOO_LARGE", Kind.LIMIT, 413, "Save the document in parts and send each."
)
E_DOCUMENT_UNSAFE = Code(
    "E_DOCUMENT_UNSAFE", Kind.INVALID, 422, "Save the file again from a program you trust."
)

E_STORE_MISSING = Code(
    "E_STORE_MISSING", Kind.NOT_FOUND, 404, "List the stores with `evigate stores list`."
)
E_STORE_AMBIGUOUS = Code(
    "E_STORE_AMBIGUOUS", Kind.INVALID, 422, "Name the store by its id; several have that title."
)
E_STORE_EMPTY = Code(
    "E_STORE_EMPTY", Kind.CONFLICT, 409, "Add a document with text before searching."
)
E_DOCUMENT_MISSING = Code(
    "E_DOCUMENT_MISSING", Kind.NOT_FOUND, 404, "List the store's documents and check the id."
)

CODES: tuple[Code, ...] = (
    E_UNSUPPORTED_MEDIA_TYPE,
    E_FILE_TOO_LARGE,
    E_PDF_TOO_LONG,
    E_PDF_PAGE_TOO_LARGE,
    E_PDF_ENCRYPTED,
    E_PDF_DAMAGED,
    E_PDF_NO_TEXT,
    E_DOCUMENT_NO_TEXT,
    E_DOCUMENT_ENCRYPTED,
    E_DOCUMENT_DAMAGED,
    E_DOCUMENT_TOO_LARGE,
    E_DOCUMENT_UNSAFE,
    E_STORE_MISSING,
    E_STORE_AMBIGUOUS,
    E_STORE_EMPTY,
    E_DOCUMENT_MISSING,
)
