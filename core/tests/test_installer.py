"""The virtual environment: made again when what it is made from changes, and pip only as it was when it was chosen."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from core import installer


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with requirement files of its own."""
    for name in [*installer.REQUIREMENTS["dev"], "constraints.txt"]:
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "var").mkdir()
    monkeypatch.setattr(installer, "BASE_DIR", tmp_path)
    return tmp_path


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package index on this machine; its pages are files."""
    pages = tmp_path / "index"
    (pages / "pip").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(pages)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}")
    yield pages
    server.shutdown()
    thread.join()
    server.server_close()


def test_only_the_levels_that_a_change_concerns_are_installed_again(
    project: Path,
) -> None:
    before = {level: installer.fingerprint(level) for level in installer.REQUIREMENTS}
    (project / "requirements-dev.txt").write_text("ruff==1\n")
    after = {level: installer.fingerprint(level) for level in installer.REQUIREMENTS}
    assert after["laptop"] == before["laptop"]
    assert after["dev"] != before["dev"]


def test_pip_comes_from_the_index_when_it_is_the_expected_one(
    project: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (index / "pip" / installer.PIP_WHEEL).write_bytes(b"a wheel")
    (index / "pip" / "index.html").write_text(f'<a href="{installer.PIP_WHEEL}#sha256=0">{installer.PIP_WHEEL}</a>')
    with pytest.raises(
        installer.InstallationError,
        match="is not the expected one: install the package python3-venv",
    ):
        installer.fetch_pip()
    assert list((project / "var").iterdir()) == []
    monkeypatch.setattr(installer, "PIP_SHA256", installer.hashlib.sha256(b"a wheel").hexdigest())
    assert installer.fetch_pip().read_bytes() == b"a wheel"


def test_an_index_without_that_pip_is_one_sentence(project: Path, index: Path) -> None:
    (index / "pip" / "index.html").write_text("<a href='pip-1.0.whl'>pip-1.0.whl</a>")
    with pytest.raises(
        installer.InstallationError,
        match=r"does not offer pip-.*: install the package python3-venv",
    ):
        installer.fetch_pip()
