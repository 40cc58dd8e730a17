# Proves that beegfs works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()


def hosts_of(role):
    """Return the machines of a role, in the order of their numbers."""
    found = {m.name.removeprefix(role): m for m in machines if m.name.startswith(role)}
    return [found[number] for number in sorted(filter(str.isdigit, found), key=int)]


storage_hosts = hosts_of("storage")
client_hosts = hosts_of("client")

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name, machine.name


beegfs_total = len(storage_hosts)
beegfs_stripes = min(beegfs_total, 4)


def beegfs_targets(state):
    """Return a command that succeeds once all targets are in a state, such as 'Online *Good'."""
    listed = "set -o pipefail; beegfs-ctl --listtargets --nodetype=storage --state"
    return f"{listed} | grep --count '{state}' | grep --line-regexp {beegfs_total}"


with subtest("beegfs: the daemons have registered"):
    # They open their ports only then.
    mgmt.wait_for_open_port(8008)
    for machine in (meta,):
        machine.wait_for_open_port(8005)
    for machine in storage_hosts:
        machine.wait_for_open_port(8003)

with subtest("beegfs: every storage host is listed, under its own name"):
    # The exit code is 0 for an empty list too.
    beegfs_listed = mgmt.succeed("beegfs-ctl --listnodes --nodetype=storage")
    beegfs_names = {line.split()[0] for line in beegfs_listed.splitlines() if "[ID: " in line}
    assert beegfs_names == {m.name for m in storage_hosts}, beegfs_listed

with subtest("beegfs: all targets are online and good"):
    mgmt.wait_until_succeeds(beegfs_targets("Online  *Good"))

with subtest("beegfs: a new file is striped over its targets"):
    beegfs_file = "/proof" + mgmt.succeed("date +%s").strip()
    # Metadata servers hear of new targets a little later.
    mgmt.wait_until_succeeds(
        f"beegfs-ctl --createfile --unmounted --storagepoolid=default --numtargets={beegfs_stripes} {beegfs_file}"
    )
    beegfs_entry = mgmt.succeed(f"beegfs-ctl --getentryinfo --unmounted {beegfs_file}")
    assert f"desired: {beegfs_stripes}; actual: {beegfs_stripes}" in beegfs_entry, beegfs_entry
    beegfs_used = {line.split(" @ ")[1].split()[0] for line in beegfs_entry.splitlines() if " @ " in line}
    assert beegfs_used <= beegfs_names, beegfs_entry
    assert beegfs_stripes < beegfs_total or beegfs_used == beegfs_names, beegfs_entry

with subtest("beegfs: every target takes data"):
    beegfs_bench = "beegfs-ctl --storagebench --alltargets"
    mgmt.succeed(f"{beegfs_bench} --write --blocksize=64K --size=2M --threads=2")
    # It counts hosts.
    mgmt.wait_until_succeeds(
        f"set -o pipefail; {beegfs_bench} --status | grep 'Finished: *{len(storage_hosts)}$'"
    )
    mgmt.succeed(f"{beegfs_bench} --cleanup")

with subtest("beegfs: the file system is consistent"):
    beegfs_checked = mgmt.succeed(
        # It renames an older log file, so /dev/null must not be one.
        "dir=$(mktemp --directory); beegfs-fsck --checkfs --readOnly --databasePath=$dir"
        " --logOutFile=$dir/out.log --logStdFile=$dir/std.log"
    )
    assert "Found 0 errors." in beegfs_checked, beegfs_checked


def beegfs_sum(machine):
    """Return the checksum of the file on a host, read from the servers and not from memory."""
    machine.succeed("sync; echo 3 > /proc/sys/vm/drop_caches")
    return machine.succeed("sha256sum < /mnt/beegfs/bytes")


with subtest("beegfs: every client has mounted the file system"):
    for machine in client_hosts:
        machine.wait_for_unit("beegfs-client.service")
        machine.succeed("findmnt --types beegfs --mountpoint /mnt/beegfs")

with subtest("beegfs: what one client writes, the others read"):
    # Two chunks of 512 KiB for each target.
    beegfs_size = beegfs_stripes * 2**20
    client1.succeed(f"head --bytes={beegfs_size} /dev/urandom > /mnt/beegfs/bytes")
    beegfs_written = client1.succeed("sha256sum < /mnt/beegfs/bytes")
    for machine in client_hosts[1:]:
        assert beegfs_sum(machine) == beegfs_written, machine.name

with subtest("beegfs: its bytes lie on every host that the file is striped over"):
    beegfs_entry = client1.succeed("beegfs-ctl --getentryinfo /mnt/beegfs/bytes")
    assert f"actual: {beegfs_stripes}" in beegfs_entry, beegfs_entry
    beegfs_id = beegfs_entry.partition("EntryID: ")[2].split()[0]
    beegfs_used = {line.split(" @ ")[1].split()[0] for line in beegfs_entry.splitlines() if " @ " in line}
    assert beegfs_used <= beegfs_names, beegfs_entry
    # A target keeps its chunks of a file together, in a file that is named by the entry's ID.
    beegfs_parts = {}
    for machine in storage_hosts:
        beegfs_parts[machine.name] = sum(
            int(beegfs_chunk)
            for beegfs_chunk in machine.succeed(
                "for dir in $(sed --quiet '/^storeStorageDirectory=/{s///;s/,/ /g;p;}' /etc/beegfs/beegfs-storage.conf)\n"
                f"do find $dir/chunks -type f -name '{beegfs_id}' -printf '%s\\n'; done"
            ).split()
        )
    assert {name for name, bytes_of in beegfs_parts.items() if bytes_of} == beegfs_used, beegfs_parts
    assert sum(beegfs_parts.values()) == beegfs_size, beegfs_parts

with subtest("beegfs: a file belongs to the same user everywhere"):
    client1.succeed("su - user1 --command='touch /mnt/beegfs/user1/mine'")
    for machine in client_hosts:
        beegfs_owner = machine.succeed("stat --format=%U /mnt/beegfs/user1/mine").strip()
        assert beegfs_owner == "user1", (machine.name, beegfs_owner)

with subtest("beegfs: the management daemon may be started again"):
    mgmt.succeed("systemctl restart beegfs-mgmtd.service")
    mgmt.wait_for_open_port(8008)
    mgmt.wait_until_succeeds(beegfs_targets("Online  *Good"))
    assert beegfs_sum(client2) == beegfs_written

with subtest("beegfs: the loss of a storage server is noticed, and its return"):
    mgmt.succeed("beegfs-check-servers -e")
    storage2.succeed("systemctl stop beegfs-storage.service")
    mgmt.wait_until_fails("beegfs-check-servers -e")
    storage2.succeed("systemctl start beegfs-storage.service")
    mgmt.wait_until_succeeds("beegfs-check-servers -e")
    mgmt.wait_until_succeeds(beegfs_targets("Online  *Good"))

with subtest("beegfs: a storage server that is killed comes back, with what it kept"):
    beegfs_show = "systemctl show --property=MainPID --value beegfs-storage.service"
    beegfs_pid = storage2.succeed(beegfs_show).strip()
    storage2.succeed(f"kill -KILL {beegfs_pid}")
    # Between two starts it has no process, which is told as 0.
    storage2.wait_until_succeeds(
        f"pid=$({beegfs_show}) && test $pid != 0 && test $pid != {beegfs_pid}"
    )
    storage2.wait_for_open_port(8003)
    mgmt.wait_until_succeeds(beegfs_targets("Online  *Good"))
    assert beegfs_sum(client2) == beegfs_written
