"""How a class of moto is mended: something is done after what it does anyway."""

import functools
from collections.abc import Callable
from typing import Any

Mending = Callable[..., Any]


def after(owner: type, name: str) -> Callable[[Mending], Mending]:
    """Return a decorator: call `mending(self, result, *args, **kwargs)` after `owner.name`.

    What the mending returns is the result instead, unless it is None.
    """
    original = getattr(owner, name)

    def mend(mending: Mending) -> Mending:
        @functools.wraps(original)
        def mended(self: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(self, *args, **kwargs)
            other = mending(self, result, *args, **kwargs)
            return result if other is None else other

        setattr(owner, name, mended)
        return mending

    return mend


def operation(owner: type) -> Callable[[Mending], Mending]:
    """Return a decorator that adds an operation, by the name of its function, to a service."""

    def add(function: Mending) -> Mending:
        setattr(owner, function.__name__, function)
        return function

    return add
