"""Takes a storage host of a booted BeeGFS away and back, and looks at what its clients see.

    python tests/tools/beegfs_loss.py --ssh 'ssh … {host} …' --cut 'COMMAND' --join 'COMMAND'
        --mgmt HOST --storage HOST --writer HOST --reader HOST --mount FOLDER

The hosts are up, and have passed their test script. The shell command of ``--ssh`` runs what it
reads on the host that takes the place of ``{host}``. That of ``--cut`` takes the host of
``--storage`` away as a crash does, ``--join`` brings it back with what is on its disks: of a
machine under QEMU, `kill -STOP $(cat storage2.pid)` and `kill -CONT …`. A host whose root is in
memory has lost its chunks when it boots anew. `beegfs_machines.py` has disks, and cuts the power.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

from tests.tools.broken_claims import Machine

STATE = "beegfs-ctl --listtargets --nodetype=storage --state"


def said(text: str, began: float) -> None:
    """Tell a claim that holds, and how long it took."""
    print(f"ok {time.monotonic() - began:6.1f} s  {text}", flush=True)


def fresh(machine: Machine, file: str) -> str:
    """Return the checksum of a file, read from the servers and not from memory."""
    return machine.succeed(f"sync; echo 3 > /proc/sys/vm/drop_caches; sha256sum < {file}")


def lost(
    names: Mapping[str, str],
    mount: str,
    ssh: str,
    cut: Callable[[], object],
    join: Callable[[], object],
) -> None:
    """Cut a storage host off, look, bring it back, look.

    Args:
        names: the hosts for `mgmt`, `storage`, `writer` and `reader`.
        mount: where the clients have mounted the file system.
        ssh: shell command that runs what it reads on the host in the place of ``{host}``.
        cut: takes the storage host away.
        join: brings it back.

    Raises:
        AssertionError: something does not hold, or a command has failed.

    """
    mgmt, writer, reader = (Machine(names[name], ssh) for name in ("mgmt", "writer", "reader"))
    file, later = f"{mount}/loss", f"{mount}/loss-later"
    # What is not on the disks yet is lost with the power. The storage servers write it there when
    # the program that has written the file asks for it; `sync FILE` afterwards does nothing.
    writer.succeed(f"dd if=/dev/urandom of={file} bs=1M count=4 iflag=fullblock conv=fsync")
    written = writer.succeed(f"sha256sum < {file}")
    assert fresh(reader, file) == written
    targets = len(mgmt.succeed(f"{STATE} | grep 'Online  *Good'").splitlines())

    began = time.monotonic()
    cut()
    mgmt.wait_until_fails("beegfs-check-servers -e")
    said(f"{names['storage']} is away: beegfs-check-servers tells it", began)
    reader.succeed(
        "echo 3 > /proc/sys/vm/drop_caches; rm -f /run/loss.sum\n"
        f"systemd-run --quiet --collect --unit=loss sh -c '"
        f"PATH=/run/current-system/sw/bin:/usr/bin; sha256sum < {file} > /run/loss.sum'"
    )
    mgmt.wait_until_succeeds(f"set -o pipefail; {STATE} | grep --ignore-case offline")
    said("the management daemon calls its targets offline", began)
    # Then BeeGFS ends a read with an error, sooner or later; until then it tries again.
    state = reader.succeed("systemctl is-active loss.service || true").strip()
    what = "waits" if state == "active" else "was told of an error"
    said(f"a client that reads meanwhile {what}", began)

    began = time.monotonic()
    join()
    mgmt.wait_until_succeeds(
        f"set -o pipefail; {STATE} | grep --count 'Online  *Good' | grep --line-regexp {targets}"
    )
    said(f"{names['storage']} is back: {targets} targets are online and good", began)
    reader.wait_until_fails("systemctl is-active loss.service")
    read = reader.succeed("cat /run/loss.sum")
    assert read in ("", written), f"the client that waited has read other bytes: {read}"
    what = "read the same bytes" if read else "was told of an error"
    said(f"the client that waited {what}", began)
    assert fresh(writer, file) == fresh(reader, file) == written
    said("what was written before is read by both clients", began)
    reader.succeed(f"head --bytes=4M /dev/urandom > {later}")
    assert fresh(writer, later) == reader.succeed(f"sha256sum < {later}")
    said("files are written and read as before", began)
    writer.succeed(f"rm {file} {later}")


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    hosts = ("mgmt", "storage", "writer", "reader")
    for name in ("ssh", "cut", "join", *hosts, "mount"):
        parser.add_argument(f"--{name}", required=True)
    given = vars(parser.parse_args())
    names = {name: given[name] for name in hosts}
    cut, join = (
        partial(subprocess.run, given[name], shell=True, check=True) for name in ("cut", "join")
    )
    lost(names, given["mount"], given["ssh"], cut, join)
    return 0


if __name__ == "__main__":
    sys.exit(main())
