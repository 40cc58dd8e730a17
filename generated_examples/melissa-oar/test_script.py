# Proves that melissa-oar works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()


def hosts_of(role):
    """Return the machines of a role, in the order of their numbers."""
    found = {m.name.removeprefix(role): m for m in machines if m.name.startswith(role)}
    return [found[number] for number in sorted(filter(str.isdigit, found), key=int)]


node_hosts = hosts_of("node")

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name, machine.name


def nfs_share_bytes(path, writer, readers):
    """Write random bytes on one host and compare what the others read."""
    writer.wait_until_succeeds(f"head --bytes=1M /dev/urandom > {path}/bytes")
    written = writer.succeed(f"sha256sum < {path}/bytes")
    for reader in readers:
        assert reader.succeed(f"sha256sum < {path}/bytes") == written, reader.name


with subtest("nfs: what one host writes to /users, the others read"):
    nfs_share_bytes("/users", frontend, (server, *node_hosts))

with subtest("nfs: a file belongs to the same user everywhere"):
    frontend.succeed("su - user1 --command='touch /users/user1/mine'")
    for machine in (server, frontend, *node_hosts):
        nfs_owner = machine.succeed("stat --format=%U /users/user1/mine").strip()
        assert nfs_owner == "user1", (machine.name, nfs_owner)

# Containers share a volume: they have no NFS server to restart.
if server.execute("systemctl is-active nfs-server.service")[0] == 0:
    with subtest("nfs: /users is back after a restart of the server"):
        server.succeed("systemctl restart nfs-server.service")
        nfs_share_bytes("/users", frontend, (server, *node_hosts))

with subtest("oar: the daemons run"):
    server.wait_for_file("/var/lib/oar/db-created")
    server.wait_for_unit("oar-server.service")
    server.wait_for_open_port(6666)
    for machine in node_hosts:
        machine.wait_for_unit("oar-node.service")
        machine.wait_for_open_port(6667)

with subtest("oar: every resource is Alive, on every node"):
    oar_resources = "runuser --user postgres -- psql --tuples-only --no-align oar --command='SELECT network_address, state FROM resources'"
    # OAR suspects a node that booted after its server, and looks again every five minutes.
    server.wait_until_succeeds(f"set -o pipefail; {oar_resources} | {{ ! grep --invert-match Alive; }}")
    oar_addresses = {line.split("|")[0] for line in server.succeed(oar_resources).split()}
    assert oar_addresses == {m.name for m in node_hosts}, oar_addresses

with subtest("oar: a job of user1 runs on 2 nodes and ends"):
    oar_answer = frontend.succeed(
        "su - user1 --command='oarsub -l nodes=2 \"sort --unique \\$OAR_NODEFILE\"'"
    )
    oar_first = int(oar_answer.split("OAR_JOB_ID=")[1].split()[0])
    # OAR submits the job again by itself, with another number, if a node did not answer in time.
    oar_ended = f"SELECT job_id FROM jobs WHERE job_id >= {oar_first} AND state = 'Terminated'"
    oar_job = int(
        server.wait_until_succeeds(
            f'set -o pipefail; runuser --user postgres -- psql --tuples-only --no-align oar --command="{oar_ended}" | grep .'
        )
    )

with subtest("oar: the job wrote the names of its nodes"):
    oar_output = f"/users/user1/OAR.{oar_job}.stdout"
    frontend.wait_for_file(oar_output)
    oar_used = frontend.succeed(f"cat {oar_output}").split()
    assert len(oar_used) == 2 and set(oar_used) <= oar_addresses, oar_used

with subtest("melissa: a study of the heat equation runs through OAR"):
    melissa_copy = "cp --force --recursive --dereference --no-target-directory /etc/melissa-heat-pde /users/user1/heat-pde && touch /users/user1/heat-pde/copied"
    frontend.succeed(f"su - user1 --command='{melissa_copy}'")
    frontend.succeed(
        "su - user1 --command='melissa-launcher --project_dir /users/user1/heat-pde --config_name config'"
    )

with subtest("melissa: its results are there, one for each time step"):
    melissa_results = frontend.succeed(
        "find /users/user1/heat-pde/out -name 'results.temperature_mean.*' -size +0 -newer /users/user1/heat-pde/copied"
    )
    assert len(melissa_results.split()) == 100, melissa_results
