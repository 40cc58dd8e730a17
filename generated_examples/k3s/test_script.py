# Proves that k3s works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()


def hosts_of(role):
    """Return the machines of a role, in the order of their numbers."""
    found = {m.name.removeprefix(role): m for m in machines if m.name.startswith(role)}
    return [found[number] for number in sorted(filter(str.isdigit, found), key=int)]


agent_hosts = hosts_of("agent")

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name, machine.name

with subtest("k3s: the API answers"):
    server.wait_for_unit("k3s.service")
    server.wait_for_open_port(6443)
    # Pods are refused until Kubernetes has made this account.
    server.wait_until_succeeds("k3s kubectl get serviceaccount default")

with subtest("k3s: every node is Ready"):
    for machine in (server, *agent_hosts):
        server.wait_until_succeeds(
            f"k3s kubectl wait --for=condition=Ready --timeout=10s node/{machine.name}"
        )

with subtest("k3s: a pod completes on every node"):
    for machine in (server, *agent_hosts):
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
