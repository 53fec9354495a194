"""A simulated AWS on 127.0.0.1: moto's server, and what our Terraform needs that moto lacks.

`python -m tests.infra.aws` prints its port, and ends when its standard input does: whoever started
it cannot leave it behind. Each module beside this one mends one service; each mending says why.
"""
