"""``bin/bootstrap.py`` on machines that lack something, against a package index of our own."""

import base64
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.support.servers import ROOT

pytestmark = [pytest.mark.process, pytest.mark.timeout(180)]

WHEEL = "tiny-1.0-py3-none-any.whl"
PIP_WHEEL = "pip-25.3-py3-none-any.whl"
CLEAR_LOG = "the log is "


@cache
def _wheel() -> bytes:
    """A package of one module, which says that it is there."""
    files = {
        "tiny.py": b"print('tiny is here')\n",
        "tiny-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()},"
        f"{len(content)}\n"
        for name, content in files.items()
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr("tiny-1.0.dist-info/RECORD", record)
    return output.getvalue()


@dataclass
class Index:
    """A package index. ``files`` is what it serves; ``gate``, when unset, holds downloads back."""

    files: dict[str, bytes]
    url: str = ""
    gate: Event = field(default_factory=Event)
    is_asked: Event = field(default_factory=Event)


@pytest.fixture
def index() -> Iterator[Index]:
    state = Index({WHEEL: _wheel(), PIP_WHEEL: b"half a wheel"})
    state.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.strip("/").rpartition("/")[2]
            kind, content = "text/html", b""
            if name in state.files:
                state.is_asked.set()
                state.gate.wait(60)
                kind, content = "application/octet-stream", state.files[name]
            else:
                links = [one for one in state.files if one.startswith(f"{name}-")]
                content = "".join(f'<a href="/files/{one}">{one}</a>' for one in links).encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            try:
                self.wfile.write(content)
            except OSError:  # The client was killed: that is a test's purpose.
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Not on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/simple"
    yield state
    state.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Project:
    """A folder with the script and one requirement."""

    folder: Path
    environment: dict[str, str]

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "bin/bootstrap.py", *arguments]

    def run(self, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environment | extra,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def mark(self) -> Path:
        return self.folder / ".venv" / "install-unfinished"

    def require(self, digest: str) -> None:
        line = f"tiny==1.0 --hash=sha256:{digest}\n"
        (self.folder / "requirements.txt").write_text(line)


def _make_project(folder: Path, index_url: str) -> Project:
    (folder / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin" / "bootstrap.py", folder / "bin")
    own = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    quick = {"PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1"}
    project = Project(folder, own | quick | {"PIP_INDEX_URL": index_url})
    project.require(hashlib.sha256(_wheel()).hexdigest())
    return project


@pytest.fixture
def project(tmp_path: Path, index: Index) -> Project:
    return _make_project(tmp_path / "project", index.url)


def test_it_installs_once_and_becomes_the_command(project: Project, index: Index) -> None:
    first = project.run("python", "-c", "import tiny, sys; sys.exit(7)")
    assert (first.returncode, first.stderr) == (7, "")
    assert "Installing packages" in first.stdout
    assert first.stdout.endswith("tiny is here\n")

    index.files.clear()
    second = project.run("python", "-c", "import tiny")
    assert (second.returncode, second.stdout, second.stderr) == (0, "tiny is here\n", "")


def test_changed_requirements_are_installed(project: Project) -> None:
    project.run()
    requirements = project.folder / "requirements.txt"
    requirements.write_text("# changed\n" + requirements.read_text())
    assert project.run("true").stdout == "Installing new packages ...\n"
    assert project.run("true").stdout == ""


def test_an_install_that_was_killed_is_begun_again(project: Project, index: Index) -> None:
    index.gate.clear()
    process = subprocess.Popen(
        project.command("true"),
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert index.is_asked.wait(60)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert project.mark.exists()
    index.gate.set()

    done = project.run("python", "-c", "import tiny")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The last install was cut short; starting it again.\n")
    assert done.stdout.endswith("tiny is here\n")
    assert not project.mark.exists()


def test_two_at_once_wait_for_each_other(project: Project, index: Index) -> None:
    index.gate.clear()
    first = subprocess.Popen(
        project.command("true"), cwd=project.folder, env=project.environment, stdout=-1, text=True
    )
    assert index.is_asked.wait(60)
    second = subprocess.Popen(
        project.command("true"), cwd=project.folder, env=project.environment, stdout=-1, text=True
    )
    time.sleep(0.5)
    index.gate.set()

    assert "Installing" in first.communicate(timeout=60)[0]
    assert second.communicate(timeout=60)[0] == (
        "Another install is at work here; waiting for it ...\n"
    )
    assert (first.returncode, second.returncode) == (0, 0)


def test_a_package_that_is_not_what_was_locked_is_refused(project: Project) -> None:
    project.require("0" * 64)
    done = project.run("true")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("TRM: The packages could not be installed: a download is damaged")


def test_an_index_that_does_not_answer_is_told_in_one_line(project: Project) -> None:
    done = project.run("true", PIP_INDEX_URL="http://127.0.0.1:1/simple")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("TRM: The packages could not be installed (")
    assert "Check the network, then run this again" in line
    assert project.run("true").returncode == 0


@pytest.fixture
def without_ensurepip(tmp_path: Path) -> dict[str, str]:
    """As on Debian without python3-venv."""
    folder = tmp_path / "hidden"
    folder.mkdir()
    (folder / "ensurepip.py").write_text("raise ModuleNotFoundError('No module named ensurepip')")
    return {"PYTHONPATH": str(folder)}


def test_without_ensurepip_pip_comes_from_the_index(
    project: Project, index: Index, without_ensurepip: dict[str, str], tmp_path: Path
) -> None:
    index.files[PIP_WHEEL] = _real_pip(tmp_path)
    done = project.run("python", "-c", "import tiny", **without_ensurepip)
    assert done.returncode == 0, done.stderr
    assert f"This Python has no ensurepip; fetching {PIP_WHEEL} ..." in done.stdout
    assert done.stdout.endswith("tiny is here\n")


def _real_pip(tmp_path: Path) -> bytes:
    """From the machine's own index: the script holds it to its digest."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "pip==25.3"]
    subprocess.run([*command, "--dest", str(tmp_path)], check=True)
    return (tmp_path / PIP_WHEEL).read_bytes()


def test_a_damaged_pip_is_not_run(project: Project, without_ensurepip: dict[str, str]) -> None:
    done = project.run("true", **without_ensurepip)
    assert done.returncode == 1
    assert done.stderr == (
        f"TRM: The download of {PIP_WHEEL} is damaged: its SHA-256 is not the expected one.\n"
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/simple", "no address"])
def test_pip_that_cannot_be_fetched_is_told_in_one_line(
    project: Project, without_ensurepip: dict[str, str], url: str
) -> None:
    done = project.run("true", **without_ensurepip, PIP_INDEX_URL=url)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("TRM: pip could not be downloaded (")


def test_a_python_that_is_too_old_is_told_in_one_line(project: Project) -> None:
    script = project.folder / "bin" / "bootstrap.py"
    script.write_text(script.read_text().replace("OLDEST = (3, 11)", "OLDEST = (9, 0)"))
    done = project.run("true")
    version = ".".join(str(part) for part in sys.version_info[:3])
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"TRM: Python 9.0 or later is needed; the newest found here is {version}.\n",
    )


def test_the_script_can_be_read_by_a_python_that_is_too_old() -> None:
    """Else that one would tell of a syntax error instead of its age."""
    compile((ROOT / "bin" / "bootstrap.py").read_text(), "bootstrap.py", "exec", flags=0)
    source = (ROOT / "bin" / "bootstrap.py").read_text()
    assert ":=" not in source
    assert "from __future__" not in source
    assert "match " not in source


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Three megabytes; a virtual environment takes more."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("Only root can make a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_told_in_one_line(small_disk: Path, index: Index) -> None:
    project = _make_project(small_disk / "project", index.url)
    done = project.run("true")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("TRM: ")
    assert "the disk is full" in line
