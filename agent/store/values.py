"""Values of the core as plain JSON and back, so that what was judged can be shown as it was judged.

A value read back need not have been written by this version: a field that is missing takes its default, one that is no
longer known is passed over.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
T = TypeVar("T")


def clean(text: str) -> str:
    """The text without NUL and with lone surrogates replaced: what every database takes."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def to_plain(value: object) -> Plain:
    """A frozen value as JSON: enums by value, times in ISO 8601 with their offset, tuples as lists."""
    if isinstance(value, Enum):
        return cast(str, value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | list | frozenset):
        return [to_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no plain form")


def from_plain(kind: type[T], plain: object) -> T:
    """The value of that type which ``to_plain`` wrote."""
    return cast(T, _read(kind, plain))


def tuple_from_plain(kind: type[T], plain: object) -> tuple[T, ...]:
    """The tuple of values of one type which ``to_plain`` wrote; empty for None."""
    return tuple(from_plain(kind, item) for item in cast("list[object]", plain or []))


def _read(kind: object, plain: object) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None if plain is None else _read(_of_optional(kind), plain)
    if origin is tuple:
        return _read_tuple(get_args(kind), cast("list[object]", plain))
    if not isinstance(kind, type):
        return plain
    if is_dataclass(kind):
        return _read_dataclass(kind, cast("Mapping[str, object]", plain))
    if issubclass(kind, date):
        return kind.fromisoformat(cast(str, plain))
    if issubclass(kind, Decimal):
        return kind(cast(str, plain))
    return kind(plain) if issubclass(kind, Enum) else plain


def _of_optional(kind: object) -> object:
    return next(option for option in get_args(kind) if option is not type(None))


def _read_tuple(items: tuple[object, ...], plain: list[object]) -> tuple[object, ...]:
    if items[-1] is Ellipsis:
        return tuple(_read(items[0], item) for item in plain)
    return tuple(_read(kind, item) for kind, item in zip(items, plain, strict=True))


def _read_dataclass(kind: type, plain: Mapping[str, object]) -> object:
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], item) for name, item in plain.items() if name in hints})


@cache
def _hints(kind: type) -> dict[str, object]:
    return get_type_hints(kind)
