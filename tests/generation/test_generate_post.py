"""The command line, as a program of its own: no broker, no worker, no browser."""

import json
import re
import signal
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from generation.models import Brief, Run
from tests import factories, model_server
from tests.functional import parts
from tests.web_fixtures.stories import NIGHT_TRAMS

pytestmark = [
    pytest.mark.process,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
TITLE = "What the night trams changed"


@pytest.fixture
def command(tmp_path, model, price):
    """Start `manage.py generate_post` where nothing listens for messages."""
    model.compose = model_server.as_the_sample_model
    factories.make_plan(slug="city")

    def start(*words, **pipes):
        with parts.running(
            tmp_path,
            REDIS_URL="redis://127.0.0.1:9/0",
            OPENAI_API_KEY=model_server.API_KEY,
            OPENAI_BASE_URL=model.base_url,
            OPENAI_MODEL="test-model",
        ) as none:
            return subprocess.Popen(
                [sys.executable, "manage.py", "generate_post", *words],
                cwd=parts.ROOT,
                env=none.env,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )

    return start


def run_to_end(command, *words, given=""):
    process = command(*words)
    out, err = process.communicate(given, timeout=60)
    return process.returncode, out, err


class TestWriting:
    def test_files_a_draft_and_says_where_it_is(self, command, web):
        factories.make_user(username="ada")

        code, out, err = run_to_end(
            command,
            *("--plan", "city", "--title", TITLE, "--user", "ada", "--keyword", "trams"),
            *("--notes", "Be short.", "--source", web.url(NIGHT_TRAMS.path)),
        )

        run = Run.objects.get()
        assert (code, run.status, run.trigger) == (0, "succeeded", "command")
        assert run.post.title in out
        assert f"/preview/{run.post.pk}/" in out
        assert (run.brief.notes, run.brief.keywords) == ("Be short.", ["trams"])
        assert run.requested_by.username == "ada"
        lines = err.splitlines()
        assert lines[-1].startswith("100 %")
        assert len(lines) > 3
        assert "[info" not in err

    def test_reads_files_and_standard_input(self, command, tmp_path):
        notes = tmp_path / "notes.md"
        notes.write_text("# Trams\n\n" + " ".join(NIGHT_TRAMS.facts))

        code, _, _ = run_to_end(
            command,
            *("--plan", "city", "--title", TITLE, "--source", str(notes), "--source", "-"),
            given="The night tram of line 7 runs every 30 minutes between 1 and 4 in the morning.",
        )

        assert code == 0
        assert Run.objects.get().snapshots.count() == 2

    def test_speaks_json_to_programs(self, command, web):
        code, out, _ = run_to_end(
            command,
            *("--json", "--plan", "city", "--title", TITLE),
            *("--source", web.url(NIGHT_TRAMS.path)),
        )

        lines = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert {line["event"] for line in lines[:-1]} == {"progress"}
        percents = [line["percent"] for line in lines]
        assert percents == sorted(percents)
        assert lines[-1]["event"] == "result"
        assert lines[-1]["status"] == "succeeded"
        assert lines[-1]["post_id"] == Run.objects.get().post_id
        assert float(lines[-1]["cost"]) > 0


class TestARunThatFails:
    def test_exits_with_1_says_why_and_can_be_resumed(self, command, web, model):
        model.misbehave("", "401")
        words = ("--plan", "city", "--title", TITLE, "--source", web.url(NIGHT_TRAMS.path))

        code, _, err = run_to_end(command, *words)

        run = Run.objects.get()
        assert code == 1
        assert "does not accept the API key" in err
        assert f"generate_post --retry {run.pk}" in err
        assert "Traceback" not in err

        code, _, _ = run_to_end(command, "--retry", str(run.pk))

        assert code == 0
        assert model.asked_for("FactSheet") == 1

    def test_by_ctrl_c_says_how_it_goes_on(self, command, web, model):
        model.gate.clear()
        process = command("--plan", "city", "--title", TITLE, "--source", web.url(NIGHT_TRAMS.path))
        waiting = parts.Parts("", {}, parts.ROOT / "none")
        waiting.wait_for(lambda: model.in_flight, "The first request", 30)

        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)

        run = Run.objects.get()
        assert process.returncode == 130
        assert f"generate_post --retry {run.pk}" in err
        assert "Traceback" not in err
        assert run.steps.get(name="research").status == "pending"


@pytest.mark.django_db
class TestMistakes:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["--title", "x"], "Name a content plan with --plan SLUG. There are: city."),
            (["--title", "x", "--plan", "no"], "There are: city."),
            (["--title", "x", "--plan", "city"], "This brief has no sources"),
            (["--title", "x", "--plan", "city", "--source", "a.txt"], "“a.txt” is neither a file"),
            (["--title", "x", "--plan", "city", "--user", "bob"], "There is no user “bob”."),
            (["--title", "x" * 161, "--plan", "city"], "at most 160 characters"),
            (["--retry", "42"], "There is no run 42."),
        ],
    )
    def test_are_answered_in_words_and_leave_nothing_behind(self, model, price, words, sentence):
        factories.make_plan(slug="city")

        with pytest.raises(CommandError, match=re.escape(sentence)):
            call_command("generate_post", *words)

        assert not Brief.objects.exists()
