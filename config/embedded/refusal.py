"""What is said when the private servers cannot be had: a sentence for whoever wanted them."""


class ServiceRefused(Exception):
    """The private servers cannot be started; the message says why and what to do about it."""
