"""A test script is read for the defects that real ones had."""

import importlib.util
import json
from pathlib import Path, PurePosixPath

import pytest

from scaffold.checks import Subject, test_script
from scaffold.checks.base import Session
from scaffold.survey.views import View

HOSTS = {"vm": ("server", "node1", "node2"), "docker": ("server", "node1", "node2")}


def view(script):
    return View("composition", "vm", (), {}, {}, script, (), is_function=True)


def result(tmp_path, source, **changes):
    (tmp_path / "test_script.py").write_text(source)
    subject = Subject(
        **{
            "project": tmp_path,
            "composition": PurePosixPath("composition.nix"),
            "nix_files": (),
            "flavours": tuple(changes.get("hosts", HOSTS)),
            "test_script": PurePosixPath("test_script.py"),
            "hosts": HOSTS,
            **changes,
        }
    )
    return test_script.check(Session(subject))


def problems(tmp_path, source, **changes):
    return [(p.line, p.message) for p in result(tmp_path, source, **changes).problems]


GOOD = '''\
import re

start_all()
expected = 2


def count(host):
    """Say how many nodes a host sees."""
    return len(re.findall("node", host.succeed("oarnodes")))


with subtest("every node is alive"):
    for host in machines:
        host.wait_for_unit("sshd")
    for node in [node1, node2]:
        node.wait_for_open_port(port=22)
    server.wait_until_succeeds("oarnodes | grep -q Alive", timeout=300)
    status, out = server.execute("true || false")
    assert [count(m) for m in machines] == [expected] * len(machines), log
    server.succeed("touch /a", "touch /b", timeout=10)
    retry(lambda last: node1.execute("x")[0] == 0, timeout=5)
    print(os.environ, driver, machines[0].name, server.systemctl("status"))
'''


def test_a_good_script_passes_with_its_numbers(tmp_path):
    found = result(tmp_path, GOOD)
    assert found.problems == ()
    assert (found.name, found.status) == ("test script", "ok")
    assert found.detail.startswith("1 subtest, ")


CLAIM = "server.succeed('x')\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sever.succeed('x')", "sever is no host and is not defined"),
        ("foo(1)", "foo is no host and is not defined"),
        ("machine.succeed('x')", "machine is no host and is not defined"),
        ("def f():\n    return undefined\nf()", "undefined is no host and is not defined"),
        ("server.suceed('x')", "machines have no method suceed"),
        ("machines[0].suceed('x')", "machines have no method suceed"),
        ("[m.suceed('x') for m in machines]", "machines have no method suceed"),
        ("for m in (server, node1):\n    m.suceed('x')", "machines have no method suceed"),
        ("for m in machines[1:]:\n    m.suceed('x')", "machines have no method suceed"),
        ("print(server.nme)", "machines have no attribute nme"),
        ("server.wait_for_unit('a', 'b', 'c')", "wait_for_unit takes no 3 arguments"),
        ("server.wait_for_unit()", "wait_for_unit lacks unit"),
        ("server.wait_for_unit('a', timeout=3)", "wait_for_unit has no parameter timeout"),
        ("server.wait_for_unit('a', unit='a')", "wait_for_unit gets unit twice"),
        ("server.succeed()", "succeed is given no command"),
        ("start_all(server)", "start_all takes no 1 arguments"),
        ("retry(print, tries=3)", "retry has no parameter tries"),
        ("server.succeed('true')", 'succeed("true") proves nothing'),
        ("server.succeed(' : ')", 'succeed("true") proves nothing'),
        ("with subtest('x'):\n    pass", "the body is empty"),
        ("def f():\n    '''TODO'''", "the body is empty"),
        ('x = """a \\ \n b"""', "a blank follows the backslash at the end of the line"),
    ],
)
def test_each_defect_is_found_on_its_line(tmp_path, line, message):
    found = result(tmp_path, f"{CLAIM}\n{line}\n")
    assert message in [problem.message for problem in found.problems]
    assert found.status == "failed"
    assert all(problem.line > 2 and problem.remedy for problem in found.problems)


@pytest.mark.parametrize(
    "line",
    [
        "server.succeed(*['a'])",
        "server.wait_for_unit(**{'unit': 'a'})",
        "# a comment may end so \\ ",
        "class A:\n    def b(self):\n        return [self for _ in range(2)]",
        "global_ = 1\ndef f():\n    global later\n    later = global_\nf()\nprint(later)",
        "try:\n    server.fail('x')\nexcept Exception as error:\n    print(error)",
        "match server.succeed('x'):\n    case [a, *b]:\n        print(a, b)",
        "if (n := len(machines)) > 1:\n    print(n, __name__)",
        "import json as j\nfrom os import path\nprint(j, path)",
    ],
)
def test_good_python_gives_no_finding(tmp_path, line):
    assert problems(tmp_path, f"{CLAIM}{line}\n") == []


@pytest.mark.parametrize("source", ["", "# TODO\n", "start_all()\n", "server.start()\n"])
def test_a_script_that_claims_nothing_fails(tmp_path, source):
    assert problems(tmp_path, source) == [(1, "the script proves nothing about any host")]


def test_broken_python_is_one_finding_with_its_line(tmp_path):
    ((line, message),) = problems(tmp_path, "x = 1\nif x\n    y\n")
    assert line == 2
    assert message.startswith("is no Python: ")


def test_a_host_of_some_flavours_only_is_named_with_the_others(tmp_path):
    hosts = {"vm": ("node1",), "docker": ("node",)}
    source = "node1.succeed('x')\nmachine.succeed('y')\n"
    assert problems(tmp_path, source, hosts=hosts) == [(1, "node1 is no host on docker")]


def test_a_slip_gets_the_right_name_as_remedy(tmp_path):
    (found,) = result(tmp_path, f"{CLAIM}server.wait_for_untl('x')\nservr\n").problems[:1]
    assert found.remedy == "Did you mean wait_for_unit?"


def test_waiting_for_a_unit_that_no_role_has(tmp_path):
    source = (
        "server.wait_for_unit('oar-server')\nserver.wait_for_unit('x@1.service')\n"
        "server.wait_for_unit('nope.service')\nserver.wait_for_unit(f'{server}')\n"
    )
    units = frozenset({"oar-server.service", "x@.service"})
    assert problems(tmp_path, source, units=units) == [(3, "no role has the unit nope.service")]
    assert problems(tmp_path, source) == []


def test_a_composition_that_reads_another_script_is_found(tmp_path):
    subject = Subject(
        project=tmp_path,
        composition=PurePosixPath("composition.nix"),
        nix_files=(),
        flavours=("vm",),
        test_script=PurePosixPath("test_script.py"),
        hosts=HOSTS,
    )
    (tmp_path / "test_script.py").write_text(CLAIM)
    session = Session(subject, views={"vm": view("other")})
    (found,) = test_script.check(session).problems
    assert (found.file, found.message) == (
        "composition.nix",
        "its testScript is not test_script.py",
    )


def test_a_script_inside_the_composition_is_read_from_there(tmp_path):
    subject = Subject(tmp_path, PurePosixPath("composition.nix"), (), ("vm",), hosts=HOSTS)
    session = Session(subject, views={"vm": view("servr.succeed('x')")})
    assert test_script.check(session).problems[0].file == "composition.nix"
    assert test_script.check(Session(subject)).status == "not checked"


def tool():
    path = Path(__file__).parents[1] / "tools/driver_signatures.py"
    spec = importlib.util.spec_from_file_location("driver_signatures", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_signatures_are_those_of_the_installed_library(nxc_package):
    signatures = tool()
    shipped = Path(test_script.__file__).with_name("driver.json")
    table = json.loads(shipped.read_text())
    del table["source"]
    assert signatures.signatures(nxc_package) == table
