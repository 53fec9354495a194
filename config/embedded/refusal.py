"""What is said when the private servers cannot be had: one sentence for the person at the keyboard."""


class ServiceRefused(Exception):
    """The private servers cannot be started; the message says why and what to do about it."""
