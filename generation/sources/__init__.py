"""Reading what the web really serves: bytes in, clean text out; nothing here fetches or stores."""


class Unreadable(Exception):
    """A source that gives no usable text; str() tells an editor what is wrong and what to do."""
