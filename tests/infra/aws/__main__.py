"""Serves the simulated AWS on a socket that it inherits, whose number is its one argument."""

import importlib
import os
import sys
import threading

# Read when moto is imported: roles attach AWS's own policies; a certificate need not take a minute.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_ACM_VALIDATION_WAIT", "1")
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

MENDINGS = (
    *("unknown", "apigateway", "autoscaling", "cloudfront", "ecs", "elasticache", "rds"),
    *("route53", "s3", "vpc"),
)


class QuietHandler(MotoRequestHandler):
    """Leaves the log to what goes wrong."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of a request that was answered."""


def main() -> None:
    """Serve until standard input ends."""
    for name in MENDINGS:
        importlib.import_module(f"tests.infra.aws.{name}")
    app = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler, fd=int(sys.argv[1])
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
