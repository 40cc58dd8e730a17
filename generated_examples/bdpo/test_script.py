# Proves that bdpo works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name

with subtest("bdpo: it runs while a processor is busy"):
    for machine in (node1, node2):
        machine.succeed("systemctl start bdpo.service")
        machine.succeed("timeout --preserve-status 30 sha256sum /dev/zero || true")
        machine.succeed("systemctl is-active bdpo.service")
        machine.succeed("systemctl stop bdpo.service")

with subtest("bdpo: it left its results"):
    for machine in (node1, node2):
        bdpo_results = machine.succeed("find /var/lib/bdpo -mindepth 2 -type f -size +0")
        assert bdpo_results, machine.name
