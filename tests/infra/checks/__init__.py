"""What must be true of an applied environment, asked of AWS itself; numbered as in infra/README.md.

A check is a function that takes an environment; its name is what it says, and an AssertionError is
what it found instead.
"""

from tests.infra.checks import compute, data, edge, network, watching

CHECKS = [
    check
    for module in (edge, compute, data, network, watching)
    for name, check in vars(module).items()
    if name.startswith("c") and name[1:3].isdigit()
]
