{% set mgmt = host_with("beegfs.mgmt") %}
{% set metas = hosts_with("beegfs.meta") %}
{% set storages = hosts_with("beegfs.storage") %}
{% set clients = hosts_with("beegfs.client") %}
{% set last = storages[:2][-1] %}
{% set terms = [] %}
{% for role in roles_with("beegfs.storage") %}
{% set own = part_options("beegfs.storage", role).targets %}
{% set _ = terms.append((hosts_of(role) | pycount) ~ (" * " ~ own if own > 1 else "")) %}
{% endfor %}

beegfs_total = {{ terms | join(" + ") }}
beegfs_stripes = {{ service.stripes or "min(beegfs_total, 4)" }}


def beegfs_targets(state):
    """Return a command that succeeds once all targets are in a state, such as 'Online *Good'."""
    listed = "set -o pipefail; beegfs-ctl --listtargets --nodetype=storage --state"
    return f"{listed} | grep --count '{state}' | grep --line-regexp {beegfs_total}"


with subtest("beegfs: the daemons have registered"):
    # They open their ports only then.
    {{ mgmt }}.wait_for_open_port({{ ports("beegfs.mgmt")[0] }})
    for machine in {{ metas | pynames }}:
        machine.wait_for_open_port({{ ports("beegfs.meta")[0] }})
    for machine in {{ storages | pynames }}:
        machine.wait_for_open_port({{ ports("beegfs.storage")[0] }})

with subtest("beegfs: every storage host is listed, under its own name"):
    # The exit code is 0 for an empty list too.
    beegfs_listed = {{ mgmt }}.succeed("beegfs-ctl --listnodes --nodetype=storage")
    beegfs_names = {line.split()[0] for line in beegfs_listed.splitlines() if "[ID: " in line}
    assert beegfs_names == {m.name for m in {{ storages | pynames }}}, beegfs_listed

with subtest("beegfs: all targets are online and good"):
    {{ mgmt }}.wait_until_succeeds(beegfs_targets("Online  *Good"))

with subtest("beegfs: a new file is striped over its targets"):
    beegfs_file = "/proof" + {{ mgmt }}.succeed("date +%s").strip()
    # Metadata servers hear of new targets a little later.
    {{ mgmt }}.wait_until_succeeds(
        f"beegfs-ctl --createfile --unmounted --storagepoolid=default --numtargets={beegfs_stripes} {beegfs_file}"
    )
    beegfs_entry = {{ mgmt }}.succeed(f"beegfs-ctl --getentryinfo --unmounted {beegfs_file}")
    assert f"desired: {beegfs_stripes}; actual: {beegfs_stripes}" in beegfs_entry, beegfs_entry
    beegfs_used = {line.split(" @ ")[1].split()[0] for line in beegfs_entry.splitlines() if " @ " in line}
    assert beegfs_used <= beegfs_names, beegfs_entry
    assert beegfs_stripes < beegfs_total or beegfs_used == beegfs_names, beegfs_entry

with subtest("beegfs: every target takes data"):
    beegfs_bench = "beegfs-ctl --storagebench --alltargets"
    {{ mgmt }}.succeed(f"{beegfs_bench} --write --blocksize=64K --size=2M --threads=2")
    # It counts hosts.
    {{ mgmt }}.wait_until_succeeds(
        f"set -o pipefail; {beegfs_bench} --status | grep 'Finished: *{ {{- storages | pycount -}} }$'"
    )
    {{ mgmt }}.succeed(f"{beegfs_bench} --cleanup")

with subtest("beegfs: the file system is consistent"):
    beegfs_checked = {{ mgmt }}.succeed(
        # It renames an older log file, so /dev/null must not be one.
        "dir=$(mktemp --directory); beegfs-fsck --checkfs --readOnly --databasePath=$dir"
        " --logOutFile=$dir/out.log --logStdFile=$dir/std.log"
    )
    assert "Found 0 errors." in beegfs_checked, beegfs_checked
{% if clients %}
{% set writer = clients[0] %}
{% set readers = clients[1:] or clients %}
{% set file = service.mount ~ "/bytes" %}


def beegfs_sum(machine):
    """Return the checksum of the file on a host, read from the servers and not from memory."""
    machine.succeed("sync; echo 3 > /proc/sys/vm/drop_caches")
    return machine.succeed({{ ("sha256sum < " ~ file) | py }})


with subtest("beegfs: every client has mounted the file system"):
    for machine in {{ clients | pynames }}:
        machine.wait_for_unit("beegfs-client.service")
        machine.succeed({{ ("findmnt --types beegfs --mountpoint " ~ service.mount) | py }})

with subtest("beegfs: what one client writes, the others read"):
    # Two chunks of 512 KiB for each target.
    beegfs_size = beegfs_stripes * 2**20
    {{ writer }}.succeed(f"head --bytes={beegfs_size} /dev/urandom > {{ file }}")
    beegfs_written = {{ writer }}.succeed({{ ("sha256sum < " ~ file) | py }})
    for machine in {{ readers | pynames }}:
        assert beegfs_sum(machine) == beegfs_written, machine.name

with subtest("beegfs: its bytes lie on every host that the file is striped over"):
    beegfs_entry = {{ writer }}.succeed({{ ("beegfs-ctl --getentryinfo " ~ file) | py }})
    assert f"actual: {beegfs_stripes}" in beegfs_entry, beegfs_entry
    beegfs_id = beegfs_entry.partition("EntryID: ")[2].split()[0]
    beegfs_used = {line.split(" @ ")[1].split()[0] for line in beegfs_entry.splitlines() if " @ " in line}
    assert beegfs_used <= beegfs_names, beegfs_entry
    # A target keeps its chunks of a file together, in a file that is named by the entry's ID.
    beegfs_parts = {}
    for machine in {{ storages | pynames }}:
        beegfs_parts[machine.name] = sum(
            int(beegfs_chunk)
            for beegfs_chunk in machine.succeed(
                "for dir in $(sed --quiet '/^storeStorageDirectory=/{s///;s/,/ /g;p;}' /etc/beegfs/beegfs-storage.conf)\n"
                f"do find $dir/chunks -type f -name '{beegfs_id}' -printf '%s\\n'; done"
            ).split()
        )
    assert {name for name, bytes_of in beegfs_parts.items() if bytes_of} == beegfs_used, beegfs_parts
    assert sum(beegfs_parts.values()) == beegfs_size, beegfs_parts
{% if users %}
{% set mine = service.mount ~ "/" ~ users[0] ~ "/mine" %}

with subtest("beegfs: a file belongs to the same user everywhere"):
    {{ writer }}.succeed({{ ("su - " ~ users[0] ~ " --command='touch " ~ mine ~ "'") | py }})
    for machine in {{ clients | pynames }}:
        beegfs_owner = machine.succeed({{ ("stat --format=%U " ~ mine) | py }}).strip()
        assert beegfs_owner == {{ users[0] | py }}, (machine.name, beegfs_owner)
{% endif %}
{% endif %}

with subtest("beegfs: the management daemon may be started again"):
    {{ mgmt }}.succeed("systemctl restart beegfs-mgmtd.service")
    {{ mgmt }}.wait_for_open_port({{ ports("beegfs.mgmt")[0] }})
    {{ mgmt }}.wait_until_succeeds(beegfs_targets("Online  *Good"))
{% if clients %}
    assert beegfs_sum({{ readers[0] }}) == beegfs_written
{% endif %}

with subtest("beegfs: the loss of a storage server is noticed, and its return"):
    {{ mgmt }}.succeed("beegfs-check-servers -e")
    {{ last }}.succeed("systemctl stop beegfs-storage.service")
    {{ mgmt }}.wait_until_fails("beegfs-check-servers -e")
    {{ last }}.succeed("systemctl start beegfs-storage.service")
    {{ mgmt }}.wait_until_succeeds("beegfs-check-servers -e")
    {{ mgmt }}.wait_until_succeeds(beegfs_targets("Online  *Good"))

with subtest("beegfs: a storage server that is killed comes back, with what it kept"):
    beegfs_show = "systemctl show --property=MainPID --value beegfs-storage.service"
    beegfs_pid = {{ last }}.succeed(beegfs_show).strip()
    {{ last }}.succeed(f"kill -KILL {beegfs_pid}")
    # Between two starts it has no process, which is told as 0.
    {{ last }}.wait_until_succeeds(
        f"pid=$({beegfs_show}) && test $pid != 0 && test $pid != {beegfs_pid}"
    )
    {{ last }}.wait_for_open_port({{ ports("beegfs.storage")[0] }})
    {{ mgmt }}.wait_until_succeeds(beegfs_targets("Online  *Good"))
{% if clients %}
    assert beegfs_sum({{ readers[0] }}) == beegfs_written
{% endif %}
