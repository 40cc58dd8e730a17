# Proves that ear works: `nxc driver -t` runs this script once the hosts are started.
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


def ear_wait_for_job(ear_job):
    """Wait until the accounts have a job, and return its line for each node."""
    ear_query = f"rm -f /tmp/ear.csv; eacct -j {ear_job} -c /tmp/ear.csv; test -s /tmp/ear.csv"
    server.wait_until_succeeds(ear_query)
    return server.succeed("cat /tmp/ear.csv")


with subtest("ear: the daemons run"):
    server.wait_until_succeeds("systemctl is-active ear-database.service")
    for machine in (server,):
        machine.wait_for_unit("eardbd.service")
        machine.wait_for_open_port(50002)
    manager.wait_for_unit("eargmd.service")
    for machine in node_hosts:
        machine.wait_for_unit("eard.service")
        machine.wait_for_open_port(50001)

with subtest("ear: a job on every node is accounted"):
    ear_nodes = "\\n".join(m.name for m in node_hosts)
    node1.succeed(f"printf '{ear_nodes}\\n' > /tmp/ear_nodes")
    node1.succeed("EAR_ETC=/etc JOB_ID=4242 ejob 50001 newjob /tmp/ear_nodes")
    node1.succeed("timeout --preserve-status 60 sha256sum /dev/zero || true")
    node1.succeed("EAR_ETC=/etc JOB_ID=4242 ejob 50001 endjob /tmp/ear_nodes")
    assert "4242" in ear_wait_for_job(4242)
