"""The plots of an executed notebook, taken from its cells' outputs; bounded."""

import base64
import binascii

import nbformat

PLOTS_MAX = 40
PLOT_BYTES_MAX = 4 * 1024 * 1024
_FORMS = (("image/svg+xml", "svg"), ("image/png", "png"))


def plots_of(notebook: nbformat.NotebookNode) -> dict[str, bytes]:
    """Return the drawings by file name, in the order of the cells; at most `PLOTS_MAX`.

    Of one output the SVG is taken, else the PNG; one above `PLOT_BYTES_MAX` is left out.
    """
    found: dict[str, bytes] = {}
    for index, cell in enumerate(notebook.cells):
        for number, output in enumerate(cell.get("outputs", ())):
            data = output.get("data", {})
            form = next((form for form in _FORMS if form[0] in data), None)
            if form is None or len(found) >= PLOTS_MAX:
                continue
            text = data[form[0]]
            joined = "".join(text) if isinstance(text, list) else str(text)
            content = _content(joined, form[1])
            if content is not None and len(content) <= PLOT_BYTES_MAX:
                found[f"cell-{index + 1}-{number + 1}.{form[1]}"] = content
    return found


def _content(text: str, suffix: str) -> bytes | None:
    if suffix == "svg":
        return text.encode()
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None
