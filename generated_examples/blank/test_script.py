# Proves that blank works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name.
start_all()

with subtest("every host has booted under its own name"):
    for host in machines:
        host.wait_until_succeeds("systemctl is-active multi-user.target")
        assert host.succeed("uname -n").strip() == host.name
