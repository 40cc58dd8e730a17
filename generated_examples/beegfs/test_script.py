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

with subtest(f"beegfs: a file is striped, over {beegfs_stripes} of the targets"):
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

with subtest("beegfs: what one client writes, the others read"):
    for machine in client_hosts:
        machine.wait_for_unit("beegfs-client.service")
    # 4 MiB: more than one chunk for each target.
    client1.succeed("head --bytes=4M /dev/urandom > /mnt/beegfs/bytes")
    beegfs_written = client1.succeed("sha256sum < /mnt/beegfs/bytes")
    for machine in client_hosts[1:]:
        machine.succeed("sync; echo 3 > /proc/sys/vm/drop_caches")
        beegfs_read = machine.succeed("sha256sum < /mnt/beegfs/bytes")
        assert beegfs_read == beegfs_written, machine.name

with subtest("beegfs: the management daemon may be started again"):
    mgmt.succeed("systemctl restart beegfs-mgmtd.service")
    mgmt.wait_for_open_port(8008)
    mgmt.wait_until_succeeds(beegfs_targets("Online  *Good"))
    assert client2.succeed("sha256sum < /mnt/beegfs/bytes") == beegfs_written

with subtest("beegfs: the loss of a storage server is noticed, and its return"):
    mgmt.succeed("beegfs-check-servers -e")
    storage2.succeed("systemctl stop beegfs-storage.service")
    mgmt.wait_until_fails("beegfs-check-servers -e")
    storage2.succeed("systemctl start beegfs-storage.service")
    mgmt.wait_until_succeeds("beegfs-check-servers -e")
    mgmt.wait_until_succeeds(beegfs_targets("Online  *Good"))
