# Proves that bdpo works: `nxc driver -t` runs this script once the hosts are started.
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

with subtest("bdpo: it runs while a processor is busy"):
    for machine in node_hosts:
        machine.succeed("touch /tmp/bdpo_before")
        machine.succeed("systemctl start bdpo.service")
        machine.succeed("timeout --preserve-status 30 sha256sum /dev/zero || true")
        machine.succeed("systemctl is-active bdpo.service")
        machine.succeed("systemctl stop bdpo.service")

with subtest("bdpo: it left its results"):
    for machine in node_hosts:
        bdpo_results = machine.succeed(
            "find /var/lib/bdpo -mindepth 2 -type f -size +0 -newer /tmp/bdpo_before"
        )
        assert bdpo_results, machine.name
