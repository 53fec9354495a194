"""Everything on one machine, with one command: servers, web, worker and clock, until Ctrl-C."""

import http.client
import os
import shutil
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.management.base import BaseCommand

from config import programs, running
from config.embedded import ServiceRefused, missing_services, postgres
from config.embedded.watching import ServiceDied, Watch
from config.supervisor import NotReady, Program, ProgramDied, StopRequested, Supervisor

READY_LIMIT = 90.0  # seconds until the site answers, on a slow machine
# Lines appear when they are said; and on one's own machine root is nobody's concern.
QUIET = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
}


class AlreadyRunning(Exception):
    """AutoBlog's parts run on this data already."""


class AddressTaken(Exception):
    """The web server could not listen where it was told to."""


class ResetRefused(Exception):
    """There is no private data that a reset could delete."""


class Command(BaseCommand):
    help = "Runs all of AutoBlog on this machine: PostgreSQL, Valkey, web, worker and beat."
    # The settings' database is not there yet: each program checks for itself.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address of the site")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free port")
        parser.add_argument("--reset", action="store_true", help="delete the local data first")
        parser.add_argument(
            "--then",
            nargs="...",
            metavar="COMMAND",
            help="run this management command against the running parts, then stop them",
        )

    def handle(self, **options: Any) -> None:
        in_colour = self.style.ERROR("x") != "x"
        log: Callable[[str], object] = self._say
        try:
            with ExitStack() as stack:
                if options["then"]:
                    folder = running.var_folder()
                    folder.mkdir(parents=True, exist_ok=True)
                    file = stack.enter_context((folder / "dev.log").open("w", buffering=1))
                    log, in_colour = file.write, False
                supervisor = Supervisor(folder=running.ROOT, write=log, in_colour=in_colour)
                stack.enter_context(supervisor.listening())
                sys.exit(self._serve(supervisor, **options))
        except StopRequested:
            self._say("Stopped.")
            sys.exit(130 if options["then"] else 0)
        except (ServiceRefused, AlreadyRunning, AddressTaken, ResetRefused) as refused:
            self.stderr.write(str(refused))
        except (ProgramDied, NotReady, ServiceDied) as failure:
            self.stderr.write(
                f"\n{failure}\nEverything has been stopped and the data is kept. When the cause is"
                " mended, start again; `--reset` starts with empty data."
            )
        sys.exit(1)

    def _serve(
        self,
        supervisor: Supervisor,
        *,
        host: str,
        port: int,
        reset: bool,
        then: list[str],
        **_: Any,
    ) -> int:
        """Run the parts until somebody stops them; returns the exit code of `then`."""
        if parts := running.find():
            return _join(parts, then)
        if reset:
            _delete_data()
        port = _free_port(host, port)
        base_url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        data = running.var_folder() / "postgres"
        self._say("Starting the servers, the web site, the worker and the clock ...")
        with missing_services(data=data) as urls, supervisor.stopping_all():
            env = {"SITE_URL": base_url, **QUIET, **os.environ, **urls}
            supervisor.run(_manage("migrate", "--verbosity=0"), env=env)
            accounts = supervisor.run(_manage("seed_demo"), env=env | {"LOG_LEVEL": "WARNING"})
            _start_programs(supervisor, host=host, port=port, env=env)
            _await_site(supervisor, host=base_url.split("/")[2])
            parts = running.Parts(os.getpid(), base_url, supervisor.pids(), _urls(env))
            with running.noted(parts):
                if then:
                    command = programs.manage(*then)
                    return supervisor.run_in_foreground(Program(then[0], command), env=env)
                self._welcome(base_url, accounts)
                with self._announcing_the_end():
                    supervisor.watch(Watch(urls))
        return 0

    def _say(self, text: str) -> None:
        """At once, even into a pipe."""
        self.stdout.write(text)
        self.stdout.flush()

    def _welcome(self, base_url: str, accounts: list[str]) -> None:
        links = {"The blog": "/", "The admin": "/admin/", "The API": "/api/docs/"}
        lines = [f"  {name:<10} {base_url}{path}" for name, path in links.items()]
        said = [f"  {line}" for line in accounts]
        heading = self.style.SUCCESS("AutoBlog is running. Ctrl-C stops it.")
        self._say("\n".join(["", heading, "", *lines, "", *said, ""]))

    @contextmanager
    def _announcing_the_end(self) -> Iterator[None]:
        try:
            yield
        except StopRequested:
            self._say("\nStopping; the work in hand is finished first. Ctrl-C hurries.")
            raise


def _manage(*words: str) -> Program:
    return Program(words[0], programs.manage(*words))


def _start_programs(supervisor: Supervisor, *, host: str, port: int, env: dict[str, str]) -> None:
    """In the order that makes the opposite one right: beat stops first, the worker last."""
    supervisor.start(Program("worker", programs.worker(), grace=15), env=env)
    web = (*programs.web(host=host, port=port), "--reload")
    supervisor.start(Program("web", web, grace=12, death_signal=signal.SIGQUIT), env=env)
    supervisor.start(Program("beat", programs.beat()), env=env)


def _await_site(supervisor: Supervisor, *, host: str) -> None:
    last = "it gave no answer at all"

    def is_ready() -> bool:
        nonlocal last
        connection = http.client.HTTPConnection(host, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            answer = connection.getresponse()
            last = f"it last answered {answer.status}: {answer.read(500).decode(errors='replace')}"
        except OSError:
            return False
        else:
            return answer.status == http.HTTPStatus.OK
        finally:
            connection.close()

    try:
        supervisor.wait_for(is_ready, limit=READY_LIMIT, what="The site was not ready")
    except NotReady as late:
        raise NotReady(f"{late} At http://{host}/health/ready {last}") from late


def _join(parts: running.Parts, then: list[str]) -> int:
    if then:
        env = {"SITE_URL": parts.base_url, **parts.urls, **os.environ}
        command = programs.manage(*then)
        os.chdir(running.ROOT)
        os.execvpe(command[0], command, env)  # noqa: S606
    raise AlreadyRunning(
        f"AutoBlog is already running at {parts.base_url}/ (process {parts.pid}). Use that one, or"
        f" stop it first: Ctrl-C in its terminal, or `kill {parts.pid}`."
    )


def _delete_data() -> None:
    if os.environ.get("DATABASE_URL"):
        raise ResetRefused(
            "--reset deletes the private data of this machine, but DATABASE_URL names a database of"
            " your own. Unset the variable, or empty that database yourself."
        )
    place = running.var_folder()
    sys.stdout.write(f"Deleting the local data in {place}: posts, plans, accounts, pictures.\n")
    postgres.remove(place / "postgres")
    shutil.rmtree(place / "media", ignore_errors=True)


def _free_port(host: str, port: int) -> int:
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise AddressTaken(
            f"The site cannot listen on {host}, port {port}: {error.strerror}. Stop the program"
            f" that uses the port, or choose another one, for example `./run --port {port + 1}`."
        ) from error


def _urls(env: dict[str, str]) -> dict[str, str]:
    return {name: env[name] for name in ("DATABASE_URL", "REDIS_URL")}
