# Proves that slurm works: `nxc driver -t` runs this script once the hosts are started.
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

with subtest("slurm: the daemons run"):
    controller.wait_for_unit("slurm-cluster.service")
    controller.wait_for_open_port(6819)
    controller.wait_for_open_port(6817)
    for machine in node_hosts:
        machine.wait_for_open_port(6818)

with subtest("slurm: every node is idle"):
    for machine in node_hosts:
        frontend.wait_until_succeeds(
            f"set -o pipefail; sinfo --noheader --Node --nodes={machine.name} --format=%T | grep --line-regexp idle"
        )

with subtest("slurm: a job of user1 runs on 2 nodes"):
    # A host that is slow to load its daemons answers srun too late the first time.
    slurm_hosts = frontend.wait_until_succeeds(
        "su - user1 --command='srun --job-name=proof --nodes=2 hostname'"
    ).split()
    assert len(set(slurm_hosts)) == 2, slurm_hosts
    assert set(slurm_hosts) <= {m.name for m in node_hosts}, slurm_hosts

with subtest("slurm: the accounting has the job"):
    frontend.wait_until_succeeds(
        "set -o pipefail; sacct --allusers --allocations --noheader --parsable2 --name=proof "
        "--format=User,NNodes,State | grep --line-regexp 'user1|2|COMPLETED'"
    )
