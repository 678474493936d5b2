"""Make ``.venv`` ready, then run a command in it. Needs a bare Python and nothing installed.

    python3 bin/bootstrap.py [--dev] [--browser] command ...

``--dev`` also installs what tests and linters need, ``--browser`` also sees to a Chromium.
Whatever goes wrong is told in one line, and the exit status is then 1.

The file parses on Python 3.6, so that a machine that has only that is told so.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import typing
import urllib.parse
import urllib.request

OLDEST = (3, 11)
CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"]

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
# Stands while pip is at work: where it is found at the start, an install was cut short, and what
# it left cannot be trusted.
UNFINISHED = os.path.join(VENV, "install-unfinished")
LOG = os.path.join(ROOT, "var", "log", "install.log")

PIP_FILE = "pip-25.3-py3-none-any.whl"
PIP_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"


class Refused(Exception):
    """What is told to the person at the terminal; they see this sentence only."""


def main(arguments: "list[str]") -> None:
    options = {"--dev", "--browser"}
    wanted = set()
    while arguments and arguments[0] in options:
        wanted.add(arguments.pop(0))
    if sys.version_info < OLDEST:
        restart_with(find_python())
    with lock():
        prepare(dev="--dev" in wanted)
        if "--browser" in wanted:
            install_chromium()
    if arguments:
        run(arguments)


def restart_with(python: str) -> None:
    os.execv(python, [python, *sys.argv])  # noqa: S606


def find_python() -> str:
    """The first Python on the PATH that is new enough, where the one that runs this is not."""
    for name in CANDIDATES:
        path = shutil.which(name)
        if path and is_new_enough(path):
            return path
    found = ".".join(str(part) for part in sys.version_info[:3])
    raise Refused(
        f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; the newest found here is {found}."
    )


def is_new_enough(python: str) -> bool:
    code = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    try:
        return subprocess.call([python, "-c", code], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def lock() -> "typing.IO[str]":
    """Two installs at once would spoil each other: the second waits for the first."""
    os.makedirs(os.path.join(ROOT, "var", "log"), exist_ok=True)
    held = open(os.path.join(ROOT, "var", "install.lock"), "w")  # noqa: SIM115
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another install is at work here; waiting for it ...")
        fcntl.flock(held, fcntl.LOCK_EX)
    return held


def prepare(dev: bool) -> None:
    files = ["requirements.txt"]
    if dev:
        files.append("requirements-dev.txt")
    if os.path.exists(UNFINISHED):
        say("The last install was cut short; starting it again.")
        shutil.rmtree(VENV)
    due = [name for name in files if read_stamp(name) != digest(name)]
    if not is_new_enough(VENV_PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv()
        due = files
    if due:
        install(due)


def stamp_path(name: str) -> str:
    return os.path.join(VENV, "installed-" + name)


def read_stamp(name: str) -> str:
    try:
        with open(stamp_path(name)) as stamp:
            return stamp.read()
    except FileNotFoundError:
        return ""


def digest(name: str) -> str:
    with open(os.path.join(ROOT, name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def make_venv() -> None:
    say(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]} ...")
    has_ensurepip = call([sys.executable, "-c", "import ensurepip"]) == 0
    os.makedirs(VENV)
    open(UNFINISHED, "w").close()
    # The base interpreter's own path: run from another venv, its links would hang on that one.
    base = getattr(sys, "_base_executable", sys.executable)
    if call([base, "-m", "venv", *([] if has_ensurepip else ["--without-pip"]), VENV]) != 0:
        raise Refused(explain("The virtual environment could not be made"))
    if not has_ensurepip:
        install_pip()


def install_pip() -> None:
    """Debian splits ensurepip off; then pip comes from the index, held to its digest."""
    say(f"This Python has no ensurepip; fetching {PIP_FILE} ...")
    wheel = os.path.join(VENV, PIP_FILE)
    content = download_pip()
    with open(wheel, "wb") as file:
        file.write(content)
    command = [VENV_PYTHON, os.path.join(wheel, "pip"), "install", "--no-index", "--no-deps", wheel]
    if call(command) != 0:
        raise Refused(explain("pip could not be installed"))


def download_pip() -> bytes:
    index = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
    page_url = index + "/pip/"
    try:
        page, kind = fetch(page_url)
        content, _ = fetch(urllib.parse.urljoin(page_url, find_link(page.decode(), kind)))
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise Refused(
            f"pip could not be downloaded ({reason}). Check the network, then run this again."
        ) from None
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        raise Refused(
            f"The download of {PIP_FILE} is damaged: its SHA-256 is not the expected one."
        )
    return content


def fetch(url: str) -> "tuple[bytes, str]":
    """The body and the content type of ``url``; a name and a password may stand in it."""
    parts = urllib.parse.urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    request = urllib.request.Request(bare)  # noqa: S310
    request.add_header("Accept", "application/vnd.pypi.simple.v1+json, text/html;q=0.5, */*;q=0.1")
    if parts.username:
        import base64  # noqa: PLC0415  (seldom needed)

        pair = urllib.parse.unquote(f"{parts.username}:{parts.password or ''}")
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:  # noqa: S310
        return answer.read(), answer.headers.get_content_type()


def find_link(page: str, kind: str) -> str:
    if kind.endswith("json"):
        links = [f["url"] for f in json.loads(page)["files"] if f["filename"] == PIP_FILE]
    else:
        links = re.findall(f'href="([^"]*{re.escape(PIP_FILE)}[^"]*)"', page)
    if not links:
        raise ValueError(f"the index does not have {PIP_FILE}")
    return links[0].replace("&amp;", "&")


def install(names: "list[str]") -> None:
    first = not read_stamp("requirements.txt")
    say("Installing packages (a minute or so) ..." if first else "Installing new packages ...")
    open(UNFINISHED, "w").close()
    for name in names:
        command = [VENV_PYTHON, "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
        command += ["--disable-pip-version-check", "--require-hashes"]
        if call([*command, "-r", os.path.join(ROOT, name)]) != 0:
            raise Refused(explain("The packages could not be installed"))
    for name in names:
        with open(stamp_path(name), "w") as stamp:
            stamp.write(digest(name))
    os.remove(UNFINISHED)


def call(command: "list[str]") -> int:
    """Run ``command`` with its output in the log. Its exit status."""
    with open(LOG, "ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        return subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT
        )


def explain(what: str) -> str:
    """One line from the last command's output."""
    with open(LOG, "rb") as log:
        lines = log.read().decode(errors="replace").rpartition("\n$ ")[2].splitlines()
    output = "\n".join(lines)
    # On a full disk the log may lack the line that says so.
    if "No space left on device" in output or shutil.disk_usage(ROOT).free < 1024**2:
        return f"{what}: the disk is full. Make room, then run this again."
    if "DO NOT MATCH THE HASHES" in output:
        return f"{what}: a download is damaged, or is not what was locked. See {LOG}."
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:]
    reason = errors[-1].replace("ERROR: ", "")[:200].rstrip(". ") if errors else "no reason given"
    return f"{what} ({reason}). Check the network, then run this again; the log is {LOG}."


def install_chromium() -> None:
    """Browser tests need one. Without it, and without the right to install it, they are skipped."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("No Chromium here: the browser tests will be skipped.")
        return
    say("Installing Chromium ...")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    if call(["apt-get", "update"]) != 0:
        raise Refused(explain("The package lists could not be read"))
    if call(["apt-get", "install", "-y", "--no-install-recommends", "chromium"]) != 0:
        raise Refused(explain("Chromium could not be installed"))


def run(command: "list[str]") -> None:
    """Become ``command``, so that signals reach it without a go-between."""
    environment = dict(os.environ, VIRTUAL_ENV=VENV)
    environment["PATH"] = os.path.join(VENV, "bin") + os.pathsep + environment.get("PATH", "")
    environment.pop("PYTHONHOME", None)
    os.chdir(ROOT)
    os.execvpe(command[0], command, environment)  # noqa: S606


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refusal:
        sys.exit(f"TRM: {refusal}")
    except KeyboardInterrupt:
        sys.exit("TRM: stopped. The next run begins the install again.")
    except OSError as error:
        if error.errno == 28:
            sys.exit("TRM: the disk is full. Make room, then run this again.")
        sys.exit(f"TRM: {error}")
