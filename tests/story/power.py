"""The power cut: everything the story asks of the world, wired through one fuse that blows at a chosen call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from agent.ports import Store
from connectors.base import Connector


class PowerCut(BaseException):
    """The end of a process: nothing of ours may catch it."""


class Moment(StrEnum):
    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Fuse:
    """Counts the calls to the outside and blows at the n-th (0: never), before or after it took effect."""

    at: int = 0
    moment: Moment = Moment.BEFORE
    calls: int = 0

    def through(self, call: Callable[[], Any]) -> Any:
        self.calls += 1
        struck = self.calls == self.at
        if struck and self.moment is Moment.BEFORE:
            raise PowerCut
        answer = call()
        if struck:
            raise PowerCut
        return answer


class _Wired:
    """Any object, each of whose calls goes through the fuse; so does each step of an iterator it returns."""

    def __init__(self, target: object, fuse: Fuse) -> None:
        self._target = target
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._target, name)

        def call(*positional: Any, **named: Any) -> Any:
            answer = self._fuse.through(lambda: method(*positional, **named))
            return self._steps(answer) if isinstance(answer, Iterator) else answer

        return call

    def _steps(self, answer: Iterator[Any]) -> Iterator[Any]:
        end = object()
        while (step := self._fuse.through(lambda: next(answer, end))) is not end:
            yield step


def wired_mail(mail: Connector, fuse: Fuse) -> Connector:
    return cast("Connector", _Wired(mail, fuse))


def wired_store(store: Store, fuse: Fuse) -> Store:
    return cast("Store", _Wired(store, fuse))
