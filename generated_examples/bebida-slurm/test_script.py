# Proves that bebida-slurm works: `nxc driver -t` runs this script once the hosts are started.
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
    server.wait_for_unit("slurm-cluster.service")
    server.wait_for_open_port(6819)
    server.wait_for_open_port(6817)
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

with subtest("k3s: the API answers"):
    server.wait_for_unit("k3s.service")
    server.wait_for_open_port(6443)
    # Pods are refused until Kubernetes has made this account.
    server.wait_until_succeeds("k3s kubectl get serviceaccount default")

with subtest("k3s: every node is Ready"):
    for machine in (server, *node_hosts):
        server.wait_until_succeeds(
            f"k3s kubectl wait --for=condition=Ready --timeout=10s node/{machine.name}"
        )

with subtest("k3s: a pod completes on every node"):
    for machine in (server, *node_hosts):
        k3s_pod = f"proof-{machine.name}"
        k3s_place = '{"spec": {"nodeName": "%s"}}' % machine.name
        server.succeed(f"k3s kubectl delete pod --ignore-not-found {k3s_pod}")
        server.succeed(
            f"k3s kubectl run {k3s_pod} --image=nxc.local/busybox:1 --image-pull-policy=Never "
            f"--restart=Never --overrides='{k3s_place}' --command -- /bin/uname -n"
        )
        server.wait_until_succeeds(
            f"set -o pipefail; k3s kubectl get pod {k3s_pod} --output=jsonpath={{.status.phase}} | grep --line-regexp Succeeded"
        )
        k3s_told = server.succeed(f"k3s kubectl logs {k3s_pod}")
        assert k3s_told.strip() == k3s_pod, k3s_told

with subtest("bebida: the optimizer runs"):
    server.wait_until_succeeds("systemctl is-active bebida-shaker.service")

with subtest("bebida: Kubernetes sends only pods that tolerate it to the nodes"):
    for machine in node_hosts:
        server.wait_until_succeeds(
            f"set -o pipefail; k3s kubectl describe node {machine.name} | grep bebida=hpc:NoSchedule"
        )

with subtest("bebida: a node takes no pods while an HPC job has it"):
    bebida_nodes = "set -o pipefail; k3s kubectl get nodes --no-headers"
    bebida_undrained = bebida_nodes + " | { ! grep SchedulingDisabled; }"
    server.wait_until_succeeds(bebida_undrained)
    bebida_submit = f"su - user1 --command='sbatch --parsable --nodes={len(node_hosts)} --output=/dev/null --wrap=\"sleep 3600\"'"
    bebida_job = int(frontend.succeed(bebida_submit))
    for machine in node_hosts:
        server.wait_until_succeeds(
            f"{bebida_nodes} | grep --word-regexp {machine.name} | grep SchedulingDisabled"
        )

with subtest("bebida: it takes pods again after the job"):
    frontend.succeed(f"su - user1 --command='scancel {bebida_job}'")
    server.wait_until_succeeds(bebida_undrained)
    bebida_ready = server.succeed(bebida_nodes + " | grep --word-regexp Ready")
    assert len(bebida_ready.splitlines()) == len(node_hosts) + 1, bebida_ready


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
