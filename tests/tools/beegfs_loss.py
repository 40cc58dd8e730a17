"""Takes a storage host of a booted BeeGFS away and back, and looks at what its clients see.

    python tests/tools/beegfs_loss.py --ssh 'ssh … {host} …' --cut 'COMMAND' --join 'COMMAND'
        --mgmt HOST --storage HOST --writer HOST --reader HOST --mount FOLDER

The hosts are up, and have passed their test script. The shell command of ``--ssh`` runs what it
reads on the host that takes the place of ``{host}``. That of ``--cut`` takes the host of
``--storage`` away as a crash does, ``--join`` brings it back with what is on its disks: of a
machine under QEMU, `kill -STOP $(cat storage2.pid)` and `kill -CONT …`. A host whose root is in
memory has lost its chunks when it boots anew.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from tests.tools.broken_claims import Machine

STATE = "beegfs-ctl --listtargets --nodetype=storage --state"


def said(text: str, began: float) -> None:
    """Tell a claim that holds, and how long it took."""
    print(f"ok {time.monotonic() - began:6.1f} s  {text}", flush=True)


def fresh(machine: Machine, file: str) -> str:
    """Return the checksum of a file, read from the servers and not from memory."""
    return machine.succeed(f"sync; echo 3 > /proc/sys/vm/drop_caches; sha256sum < {file}")


def main() -> int:
    """Cut, look, join, look."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("ssh", "cut", "join", "mgmt", "storage", "writer", "reader", "mount"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    mgmt, writer, reader = (
        Machine(name, given.ssh) for name in (given.mgmt, given.writer, given.reader)
    )
    file, later = f"{given.mount}/loss", f"{given.mount}/loss-later"
    writer.succeed(f"head --bytes=4M /dev/urandom > {file}")
    written = writer.succeed(f"sha256sum < {file}")
    assert fresh(reader, file) == written
    targets = len(mgmt.succeed(f"{STATE} | grep 'Online  *Good'").splitlines())

    began = time.monotonic()
    subprocess.run(given.cut, shell=True, check=True)
    mgmt.wait_until_fails("beegfs-check-servers -e")
    said(f"{given.storage} is away: beegfs-check-servers tells it", began)
    reader.succeed(
        "echo 3 > /proc/sys/vm/drop_caches; rm -f /run/loss.sum\n"
        f"systemd-run --quiet --unit=loss sh -c 'PATH=/run/current-system/sw/bin;"
        f" sha256sum < {file} > /run/loss.sum'"
    )
    mgmt.wait_until_succeeds(f"set -o pipefail; {STATE} | grep --ignore-case offline")
    said("the management daemon calls its targets offline", began)
    state = reader.succeed("systemctl is-active loss.service || true").strip()
    assert state == "active", f"the reader has ended: {state}"
    said("a client that reads meanwhile waits", began)

    began = time.monotonic()
    subprocess.run(given.join, shell=True, check=True)
    mgmt.wait_until_succeeds(
        f"set -o pipefail; {STATE} | grep --count 'Online  *Good' | grep --line-regexp {targets}"
    )
    said(f"{given.storage} is back: {targets} targets are online and good", began)
    reader.wait_until_succeeds("test -s /run/loss.sum")
    assert reader.succeed("cat /run/loss.sum") == written
    said("the client that waited has read the same bytes", began)
    assert fresh(writer, file) == written
    reader.succeed(f"head --bytes=4M /dev/urandom > {later}")
    assert fresh(writer, later) == reader.succeed(f"sha256sum < {later}")
    said("files are written and read as before", began)
    writer.succeed(f"rm {file} {later}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
