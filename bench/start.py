"""From a clone to the first page: cold (nothing installed, no data) and warm (a second start)."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.figures import Figure
from trm.serving.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 2
# What a server is given must not reach the clone, which shall start its own.
OWN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "SECRET_KEY", "VAR", "OUTBOX_DIR")


def run() -> Iterator[Figure]:
    """Seconds until the sign-in page, against what pip needs to install the same packages."""
    cold, warm, installs = [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="trm-bench-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            folder.chmod(0o755)
            installs.append(_install(folder / "reference"))
            subprocess.run(["git", "clone", "-q", ROOT, folder / "clone"], check=True)
            cold.append(_until_first_page(folder / "clone"))
            warm.append(_until_first_page(folder / "clone"))
    reference_name = "installing the packages with pip"
    common = {"unit": "s", "reference": installs, "reference_name": reference_name}
    yield Figure(name="clone to first page, cold", ours=cold, **common)
    yield Figure(name="clone to first page, warm", ours=warm, **common)


def _install(folder: Path) -> float:
    begin = time.perf_counter()
    subprocess.run(["python3", "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "pip", "install", "-qq", "--require-hashes"]
    subprocess.run([*pip, "-r", ROOT / "requirements.txt"], check=True)
    return time.perf_counter() - begin


def _until_first_page(clone: Path) -> float:
    begin = time.perf_counter()
    with _product(clone) as address:
        while True:
            try:
                with urllib.request.urlopen(f"{address}/accounts/login/", timeout=5):
                    return time.perf_counter() - begin
            except OSError:
                time.sleep(0.05)
            if time.perf_counter() - begin > 600:
                raise SystemExit(f"No page after ten minutes; see {clone / 'var' / 'log'}")


@contextmanager
def _product(clone: Path) -> Iterator[str]:
    port = free_port(8060)
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield f"http://localhost:{port}"
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
