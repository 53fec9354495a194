"""How the web server runs, in development as in production; the numbers come from the environment.

Threads, because a request waits for the database and never for a model. WEB_CONCURRENCY and
FORWARDED_ALLOW_IPS are gunicorn's own variables and need no line here but the first's default.
"""

import os
from pathlib import Path

from config.logs import logging_config

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60  # seconds until a worker process that does not even tick is replaced
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "10"))
# Longer than a load balancer keeps an idle connection: it must never meet one that we just closed.
keepalive = 75
# In memory: its file must not wait for a disk that is busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# Its default place is one socket in the home folder, shared by all servers of a user.
control_socket_disable = True
# Requests are logged by the application, with their ids; the server's own words join them.
accesslog = None
_is_production = os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".production")
logconfig_dict = logging_config(
    fmt=os.environ.get("LOG_FORMAT", "json" if _is_production else "console"),
    level=os.environ.get("LOG_LEVEL", "INFO"),
)
logconfig_dict["loggers"]["gunicorn.error"] = {"level": "INFO", "handlers": [], "propagate": True}
