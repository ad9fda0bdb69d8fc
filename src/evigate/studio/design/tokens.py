"""A board and a colour of one's own as a design system: tokens, CSS variables, contrast. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from evigate.studio.design.boards import MONO, Board
from evigate.studio.design.contrast import HEX, Pair, contrast, nearest_readable, pairs_of


@dataclass(frozen=True, slots=True)
class DesignSystem:
    """What a choice compiles to; `tokens` are in the form of the Design Tokens community group."""

    board: str
    accent: str | None
    tokens: dict[str, Any]
    css: str
    pairs: tuple[Pair, ...]

    @property
    def misses(self) -> tuple[Pair, ...]:
        """Return the pairs that could not be read."""
        return tuple(each for each in self.pairs if not each.is_met)


def compile_design(board: Board, accent: str | None) -> DesignSystem:
    """
    Return the design system of a board; the same choice gives the same bytes.

    Args:
        accent: #rrggbb in lower case, in place of the board's own colour of action; None keeps it.
    """
    chosen = with_accent(board, accent)
    pairs = (*pairs_of(chosen.light, "light"), *pairs_of(chosen.dark, "dark"))
    return DesignSystem(board.key, accent, _tokens(chosen), _css(chosen), pairs)


def with_accent(board: Board, accent: str | None) -> Board:
    """Return a board with another colour of action; in dark it is as near as can be read."""
    if accent is None:
        return board
    light = {**board.light, "action": accent, "on_action": _on(accent)}
    backs = (board.dark["background"], board.dark["surface"])
    shade = nearest_readable(accent, backs)
    return replace(
        board, light=light, dark={**board.dark, "action": shade, "on_action": _on(shade)}
    )


def suggestion(board: Board, accent: str) -> str:
    """Return the colour nearest to one that a board's light pages can carry."""
    return nearest_readable(accent, (board.light["background"], board.light["surface"]))


def is_colour(text: str) -> bool:
    """Say whether a text is a colour as it is kept: #rrggbb in lower case."""
    return HEX.fullmatch(text) is not None


def plain_pairs(pairs: tuple[Pair, ...]) -> list[dict[str, Any]]:
    """Return pairs as JSON values."""
    return [{**asdict(each), "is_met": each.is_met} for each in pairs]


def _on(colour: str) -> str:
    return max(("#ffffff", "#000000"), key=lambda each: contrast(each, colour))


def _tokens(board: Board) -> dict[str, Any]:
    return {
        "color": {mode: _colours(palette) for mode, palette in _modes(board)},
        "font": {
            "headings": {"$type": "fontFamily", "$value": board.headings},
            "body": {"$type": "fontFamily", "$value": board.body},
            "code": {"$type": "fontFamily", "$value": MONO},
        },
        "size": {"text": _pixels(board.size), "heading": _pixels(round(board.size * 1.6))},
        "shape": {"radius": _pixels(board.radius), "space": _pixels(board.space)},
        "layout": {"$description": board.layout},
    }


def _colours(palette: Mapping[str, str]) -> dict[str, Any]:
    return {role: {"$type": "color", "$value": colour} for role, colour in palette.items()}


def _pixels(value: int) -> dict[str, Any]:
    return {"$type": "dimension", "$value": {"value": value, "unit": "px"}}


def _css(board: Board) -> str:
    lines = [":root {"]
    lines += [f"  --{role.replace('_', '-')}: {colour};" for role, colour in board.light.items()]
    lines += [
        f"  --headings: {board.headings};",
        f"  --body: {board.body};",
        f"  --code: {MONO};",
        f"  --text-size: {board.size}px;",
        f"  --radius: {board.radius}px;",
        f"  --space: {board.space}px;",
        "}",
        "@media (prefers-color-scheme: dark) {",
        "  :root {",
    ]
    lines += [f"    --{role.replace('_', '-')}: {colour};" for role, colour in board.dark.items()]
    return "\n".join([*lines, "  }", "}"]) + "\n"


def _modes(board: Board) -> tuple[tuple[str, Mapping[str, str]], ...]:
    return (("light", board.light), ("dark", board.dark))
