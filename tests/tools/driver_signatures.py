"""Write scaffold/checks/driver.json from the driver of an installed nixos-compose.

    python tests/tools/driver_signatures.py > scaffold/checks/driver.json

The sources are read, not imported: the driver's own dependencies are not needed.
"""

import ast
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


def package():
    """Return the folder of the installed nixos_compose package, or None."""
    found = find_spec("nixos_compose")
    return Path(found.origin).parent if found and found.origin else None


def signature(function):
    """Return what a call may pass: parameters in order, how many must be there, keyword-only."""
    arguments = function.args
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args) if arg.arg != "self"]
    return {
        "parameters": names,
        "required": len(names) - len(arguments.defaults),
        "varargs": arguments.vararg is not None,
        "keyword_only": [arg.arg for arg in arguments.kwonlyargs],
    }


def class_in(path, name):
    tree = ast.parse(path.read_text())
    return next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)


def functions(body):
    found = {n.name: signature(n) for n in body if isinstance(n, ast.FunctionDef)}
    return {name: found[name] for name in sorted(found) if not name.startswith("_")}


def attributes(definition):
    """Return what a class or its constructor sets on the object."""
    names = {n.target.id for n in definition.body if isinstance(n, ast.AnnAssign)}
    for node in ast.walk(definition):
        is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if is_own and isinstance(node.ctx, ast.Store) and node.value.id == "self":
            names.add(node.attr)
    return sorted(name for name in names if not name.startswith("_"))


def signatures(folder):
    """Return the whole table for the package in ``folder``."""
    machine_py = folder / "driver/machine.py"
    machine = class_in(machine_py, "Machine")
    driver = functions(class_in(folder / "driver/driver.py", "Driver").body)
    module = functions(ast.parse(machine_py.read_text()).body)
    exposed = ["join_all", "run_tests", "serial_stdout_off", "serial_stdout_on", "start_all"]
    return {
        "attributes": attributes(machine),
        "functions": {
            **{name: driver[name] for name in exposed},
            "retry": module["retry"],
            "subtest": driver["subtest"],
            "test_script": driver["test_script"],
        },
        "methods": functions(machine.body),
    }


def main():
    folder = package()
    if folder is None:
        sys.exit("nixos-compose is not installed: pip install nixos-compose")
    try:
        source = f"nixos-compose {version('nixos-compose')}"
    except PackageNotFoundError:
        source = "nixos-compose"
    print(json.dumps({"source": source, **signatures(folder)}, indent=2))


if __name__ == "__main__":
    main()
