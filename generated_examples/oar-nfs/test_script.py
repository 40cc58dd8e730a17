# Proves that oar-nfs works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name.
start_all()

with subtest("every host has booted under its own name"):
    for host in machines:
        host.wait_until_succeeds("systemctl is-active multi-user.target")
        assert host.succeed("uname -n").strip() == host.name


def share_bytes(path, writer, readers):
    """Write random bytes on one host and compare what the others read."""
    writer.wait_until_succeeds(f"head --bytes=1M /dev/urandom > {path}/bytes")
    written = writer.succeed(f"sha256sum < {path}/bytes")
    for reader in readers:
        assert reader.succeed(f"sha256sum < {path}/bytes") == written, reader.name


with subtest("nfs: what one host writes to /users, the others read"):
    share_bytes("/users", frontend, (server, node1, node2))

with subtest("nfs: a file belongs to the same user everywhere"):
    frontend.succeed("su - user1 --command='touch /users/user1/mine'")
    for host in (server, frontend, node1, node2):
        owner = host.succeed("stat --format=%U /users/user1/mine").strip()
        assert owner == "user1", (host.name, owner)

# Containers share a volume: they have no NFS server to restart.
if server.execute("systemctl is-active nfs-server.service")[0] == 0:
    with subtest("nfs: /users is back after a restart of the server"):
        server.succeed("systemctl restart nfs-server.service")
        share_bytes("/users", frontend, (server, node1, node2))

with subtest("oar: the daemons run"):
    server.wait_for_file("/var/lib/oar/db-created")
    server.wait_for_unit("oar-server.service")
    server.wait_for_open_port(6666)
    for node in (node1, node2):
        node.wait_for_unit("oar-node.service")
        node.wait_for_open_port(6667)

with subtest("oar: every resource is Alive, on every node"):
    resources = "runuser --user postgres -- psql --tuples-only --no-align oar --command='SELECT network_address, state FROM resources'"
    # OAR suspects a node that booted after its server, and looks again every five minutes.
    server.wait_until_succeeds(f"! {resources} | grep --invert-match Alive")
    addresses = {line.split("|")[0] for line in server.succeed(resources).split()}
    assert addresses == {node.name for node in (node1, node2)}, addresses

with subtest("oar: a job of user1 runs on 2 nodes and ends"):
    answer = frontend.succeed(
        "su - user1 --command='oarsub -l nodes=2 \"sort --unique \\$OAR_NODEFILE\"'"
    )
    job = int(answer.split("OAR_JOB_ID=")[1].split()[0])
    frontend.wait_until_succeeds(f"oarstat -s -j {job} | grep Terminated", timeout=300)

with subtest("oar: the job wrote the names of its nodes"):
    output = f"/users/user1/OAR.{job}.stdout"
    frontend.wait_for_file(output)
    used = frontend.succeed(f"cat {output}").split()
    assert len(used) == 2 and set(used) <= addresses, used
