"""What every test gets: a home of its own, and the external programs or a reason to skip."""

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    max_examples=60,
    deadline=None,  # no timed assertions: machines of CI are slow and shared
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("project")

# A shell in the background, or nohup, makes tests ignore signals, and so would every program that
# they start: tests that press Ctrl-C or close the terminal would wait for ever.
for number, handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGTERM, signal.SIG_DFL),
):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the tests away from the user's home, git configuration and caches."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795824000")  # 2026-11-28: what is told of support
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "NIX_PATH"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture(scope="session")
def nix_program() -> str:
    """Return the nix program; in CI a missing one is a failure, not a skip."""
    found = shutil.which("nix") and shutil.which("nix-instantiate")
    if found:
        return str(found)
    if os.environ.get("CI") == "true":
        pytest.fail("nix and nix-instantiate must be on PATH in CI")
    pytest.skip("no nix on PATH")


@pytest.fixture(scope="session")
def nxc_package() -> Path:
    """Return the folder of the installed ``nixos_compose``, which `.ci/setup` installs bare."""
    found = find_spec("nixos_compose")
    if found is not None and found.origin is not None:
        return Path(found.origin).parent
    if os.environ.get("CI") == "true":
        pytest.fail("nixos-compose must be installed in CI: see .ci/setup")
    pytest.skip("nixos-compose is not installed, so there is nothing to compare with")


@pytest.fixture(scope="session")
def nixfmt_program() -> str:
    """Return nixfmt; it is in no package registry that CI has, so a missing one is a skip."""
    found = shutil.which("nixfmt")
    if found is None:
        pytest.skip("no nixfmt on PATH")
    return found
