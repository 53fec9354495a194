"""A simulated AWS on 127.0.0.1: moto's server, and what our Terraform needs that moto lacks.

`environments.simulated_aws` runs it as a process of its own, which ends when its standard input
does: whoever started it cannot leave it behind. Each module beside this one mends one service, and
says why.
"""
