"""What the container files promise, as linters and an attentive colleague would check it."""

import re
from itertools import pairwise

import pytest

from tests.infra import container_files
from tests.infra.container_files import Instruction

DOTENV = {
    "SECRET_KEY": "b7Qz-9w2LkXe4Rt8Yu1Io5Pa6Sd3Fg0Hj-kLzXcVbNm1q2w3e4r5t6y7u8i9o0pA",
    "ALLOWED_HOSTS": "blog.example.com",
    "SITE_URL": "https://blog.example.com",
    "OPENAI_API_KEY": "a-key",
    "POSTGRES_PASSWORD": "postgrespassword",
    "REDIS_PASSWORD": "redispassword",
    "S3_ACCESS_KEY": "access",
    "S3_SECRET_KEY": "secret",
}
OURS = {"web", "worker", "beat", "release", "bucket"}
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|(?<!PUBLIC_)KEY")


def instructions(*names: str, stage: str = "") -> list[Instruction]:
    return [
        each
        for each in container_files.dockerfile()
        if each.name in names and (not stage or each.stage == stage)
    ]


class TestDockerfile:
    def test_builds_from_a_tagged_image_that_a_pipeline_can_pin(self) -> None:
        [base] = instructions("ARG")
        stages = instructions("FROM")

        assert re.fullmatch(r"PYTHON_IMAGE=python:3\.11-slim-\w+", base.words)
        assert [each.words for each in stages] == [
            "${PYTHON_IMAGE} AS build",
            "${PYTHON_IMAGE} AS run",
        ]

    def test_installs_nothing_that_is_not_hashed(self) -> None:
        [install] = [each for each in instructions("RUN") if "pip" in each.words]

        assert install.stage == "build"
        assert "--require-hashes" in install.words
        assert "requirements/production.txt" in install.words

    def test_runs_without_root_and_without_tools(self) -> None:
        [user] = instructions("USER", stage="run")
        commands = " ".join(each.words for each in instructions("RUN", stage="run"))

        assert int(user.words) >= 10_000
        assert container_files.dockerfile().index(user) > max(
            container_files.dockerfile().index(each) for each in instructions("RUN", "COPY")
        )
        assert not re.search(r"\b(curl|wget|gcc|build-essential|git|sudo|pip|uv)\b", commands)

    def test_leaves_no_package_lists_behind(self) -> None:
        for each in instructions("RUN"):
            if "apt-get install" in each.words:
                assert "--no-install-recommends" in each.words
                assert "rm -rf /var/lib/apt/lists/*" in each.words

    def test_takes_only_finished_things_into_the_image_that_runs(self) -> None:
        copies = instructions("COPY", stage="run")

        assert copies
        assert all(each.words.startswith("--from=build ") for each in copies)
        assert not instructions("ADD")

    def test_receives_signals_itself(self) -> None:
        programs = instructions("CMD", "ENTRYPOINT")
        [check] = instructions("HEALTHCHECK")

        assert [each.words for each in programs] == ['["python", "-m", "config.start", "web"]']
        assert check._replace(words=check.words.partition("CMD ")[2]).is_exec_form
        assert [each.words for each in instructions("STOPSIGNAL")] == ["SIGTERM"]

    def test_keeps_no_secret(self) -> None:
        kept = " ".join(each.words for each in instructions("ENV", "ARG", "LABEL"))

        assert not SECRET.search(kept)

    def test_takes_the_programs_and_nothing_else(self) -> None:
        content = {path.as_posix() for path in container_files.image_content()}

        assert {
            "manage.py",
            "config/wsgi.py",
            "blog/models/content.py",
            "templates/site/404.html",
        } <= content
        assert "requirements/production.txt" in content
        tops = {path.partition("/")[0] for path in content}
        assert tops == {
            *("manage.py", "requirements", "templates"),
            *("config", "blog", "generation", "publishing"),
        }
        assert not [path for path in content if re.search(r"pycache|\.env|embedded|/tests?/", path)]


class TestCompose:
    @pytest.fixture
    def file(self) -> dict:
        return container_files.compose(**DOTENV)

    @pytest.fixture
    def services(self, file) -> dict:
        return file["services"]

    @pytest.mark.parametrize("name", DOTENV)
    def test_says_which_variable_is_missing(self, name: str) -> None:
        with pytest.raises(KeyError, match=f"Set {name} in .env"):
            container_files.compose(**{k: v for k, v in DOTENV.items() if k != name})

    def test_has_no_default_for_a_secret(self) -> None:
        variables = re.findall(r"\$\{([A-Z0-9_]+)(:-|:\?)", container_files.compose_text())

        assert {kind for name, kind in variables if SECRET.search(name)} == {":?"}
        # Every variable says what holds without it.
        assert container_files.compose_text().count("${") == len(variables)

    def test_knows_only_keys_of_the_specification(self, file, services) -> None:
        known = {
            *("image", "build", "command", "environment", "depends_on", "ports", "volumes"),
            *("healthcheck", "restart", "init", "read_only", "tmpfs", "cap_drop", "security_opt"),
            *("stop_grace_period", "stop_signal", "shm_size"),
        }

        assert file.keys() == {"name", "x-app", "services", "volumes"}
        assert {key for service in services.values() for key in service} <= known

    def test_every_part_is_there(self, services) -> None:
        assert services.keys() == OURS | {"database", "redis", "objects"}
        for name in OURS - {"bucket"}:
            assert services[name]["command"] == ["python", "-m", "config.start", name]

    def test_ours_are_one_image_with_one_environment(self, services) -> None:
        for name in OURS:
            assert services[name]["image"] == services["web"]["image"]
            assert services[name]["environment"] == services["web"]["environment"]

    def test_ours_are_shut_in(self, services) -> None:
        for name in OURS:
            service = services[name]
            assert service["read_only"] is service["init"] is True
            assert service["cap_drop"] == ["ALL"]
            assert service["security_opt"] == ["no-new-privileges:true"]
            assert service["tmpfs"] == ["/tmp"]

    def test_others_are_pinned_to_a_version(self, services) -> None:
        for name in services.keys() - OURS:
            tag = services[name]["image"].rpartition(":")[2]
            assert re.match(r"v?\d+", tag)

    def test_waits_for_what_can_be_waited_for(self, services) -> None:
        for service in services.values():
            for needed, how in service.get("depends_on", {}).items():
                if how["condition"] == "service_healthy":
                    assert services[needed]["healthcheck"]["test"][0] == "CMD"
                else:
                    assert how["condition"] == "service_completed_successfully"
                    assert services[needed]["restart"] == "no"

    def test_releases_before_anything_of_ours_starts(self, services) -> None:
        for name in ("web", "worker", "beat"):
            needs = services[name]["depends_on"]
            assert needs["release"]["condition"] == "service_completed_successfully"

    def test_listens_on_this_host_only(self, services) -> None:
        ports = [port for service in services.values() for port in service.get("ports", [])]

        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_keeps_data_in_volumes_that_are_declared(self, file, services) -> None:
        used = {
            volume.partition(":")[0]
            for service in services.values()
            for volume in service.get("volumes", [])
        }

        assert used == file["volumes"].keys()

    def test_the_broker_forgets_nothing_to_save_memory(self, services) -> None:
        assert ("--maxmemory-policy", "noeviction") in set(pairwise(services["redis"]["command"]))

    def test_the_worker_may_finish_what_it_asked_for(self, services) -> None:
        worker = services["worker"]
        grace = int(worker["stop_grace_period"].removesuffix("s"))

        assert int(worker["environment"]["WORKER_GRACE_SECONDS"]) + 10 <= grace

    def test_its_database_and_redis_are_those_beside_it(self, services) -> None:
        environment = services["web"]["environment"]

        assert environment["DATABASE_URL"].endswith("@database:5432/autoblog")
        assert environment["REDIS_URL"].endswith("@redis:6379/0")
        assert environment["S3_ENDPOINT_URL"] == "http://objects:7070"
