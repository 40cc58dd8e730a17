# Proves that mpi works: `nxc driver -t` runs this script once the hosts are started.
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

with subtest("mpi: every host takes part in a program of user1"):
    mpi_hosts = node1.wait_until_succeeds(
        f"su - user1 --command='mpirun --hostfile /etc/mpi-hosts --map-by node -np {len(node_hosts)} hostname'"
    ).split()
    assert {m.name for m in node_hosts} <= set(mpi_hosts), mpi_hosts

with subtest("mpi: a benchmark over 2 hosts verifies its result"):
    mpi_result = node1.succeed(
        "su - user1 --command='mpirun --host node1,node2 -np 2 cg.A.mpi'"
    )
    mpi_verified = [line.split("=")[1].strip() for line in mpi_result.splitlines() if "Verification" in line]
    assert mpi_verified == ["SUCCESSFUL"], mpi_result
