"""The few protobuf messages of Flight SQL, read and written by hand.

A message here is a mapping from field number to its values in order: ints for varints, bytes for
everything with a length. Names, numbers and meanings are those of Apache Arrow's FlightSql.proto.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.base.errors import EvigateError
from evigate.engine.server.errors import E_WIRE_MALFORMED

PREFIX = "type.googleapis.com/arrow.flight.protocol.sql."
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
VARINT_BITS_MAX = 64

Value = int | bytes
Fields = Mapping[int, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Command:
    """A message of Flight SQL by its short name, "CommandStatementQuery", with its fields."""

    name: str
    fields: Fields

    def text(self, number: int) -> str | None:
        """Return a string field, None where it is not set."""
        found = self.data(number)
        return None if found is None else found.decode()

    def data(self, number: int) -> bytes | None:
        """Return a bytes field, None where it is not set."""
        found = self.fields.get(number)
        return found[-1] if found and isinstance(found[-1], bytes) else None

    def texts(self, number: int) -> list[str]:
        """Return a repeated string field."""
        return [each.decode() for each in self.fields.get(number, ()) if isinstance(each, bytes)]

    def flag(self, number: int) -> bool:
        """Return a bool field; False where it is not set."""
        return bool(self.fields.get(number, (0,))[-1])

    def numbers(self, number: int) -> list[int]:
        """Return a repeated integer field, packed or not."""
        found: list[int] = []
        for each in self.fields.get(number, ()):
            if isinstance(each, int):
                found.append(each)
                continue
            place = 0
            while place < len(each):
                value, place = _read_varint(each, place)
                found.append(value)
        return found


def read_command(data: bytes) -> Command:
    """Return the command inside an Any.

    Raises:
        EvigateError[E_WIRE_MALFORMED]: it is none of Flight SQL's.
    """
    outer = Command("Any", read_fields(data))
    try:
        name = outer.text(1) or ""
    except UnicodeDecodeError as error:
        raise EvigateError(E_WIRE_MALFORMED, "The command's name is no text.") from error
    if not name.startswith(PREFIX):
        raise EvigateError(E_WIRE_MALFORMED, "The bytes are no command of Flight SQL.")
    return Command(name.removeprefix(PREFIX), read_fields(outer.data(2) or b""))


def write_command(name: str, fields: Mapping[int, Value | str]) -> bytes:
    """Return a message of Flight SQL inside an Any."""
    return write_fields({1: PREFIX + name, 2: write_fields(fields)})


def read_fields(data: bytes) -> Fields:
    """Return the fields of a message.

    Raises:
        EvigateError[E_WIRE_MALFORMED]: the bytes are no message.
    """
    found: dict[int, list[Value]] = {}
    place = 0
    while place < len(data):
        key, place = _read_varint(data, place)
        value: Value
        if key & 7 == VARINT:
            value, place = _read_varint(data, place)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(key & 7)
            if size is None and key & 7 == LENGTH:
                size, place = _read_varint(data, place)
            if size is None or place + size > len(data):
                raise EvigateError(E_WIRE_MALFORMED, "The message is cut short or no message.")
            value, place = data[place : place + size], place + size
        found.setdefault(key >> 3, []).append(value)
    return found


def write_fields(fields: Mapping[int, Value | str]) -> bytes:
    """Return a message: ints as varints, text and bytes with their length."""
    parts = []
    for number, value in fields.items():
        if isinstance(value, int):
            parts += [_varint(number << 3 | VARINT), _varint(value)]
            continue
        data = value.encode() if isinstance(value, str) else value
        parts += [_varint(number << 3 | LENGTH), _varint(len(data)), data]
    return b"".join(parts)


def _read_varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while shift < VARINT_BITS_MAX and place < len(data):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
    raise EvigateError(E_WIRE_MALFORMED, "A number in the message has no end.")


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value >= 0x80:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
