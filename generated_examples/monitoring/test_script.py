# Proves that monitoring works: `nxc driver -t` runs this script once the hosts are started.
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

with subtest("grafana: it is healthy"):
    for grafana_server in (monitor,):
        grafana_server.wait_for_unit("grafana.service")
        grafana_server.wait_for_open_port(3000)
        grafana_server.wait_until_succeeds(
            'set -o pipefail; curl --fail --silent http://localhost:3000/api/health | grep \'"database": *"ok"\''
        )

with subtest("grafana: it reads from Prometheus"):
    for grafana_server in (monitor,):
        for grafana_source in ("uid/monitor",):
            grafana_server.wait_until_succeeds(
                "set -o pipefail; curl --fail --silent --user admin:admin "
                f"http://localhost:3000/api/datasources/proxy/{grafana_source}/api/v1/query?query=up "
                '| grep \'"status":"success"\''
            )

with subtest("prometheus: every target is up"):
    for prometheus_server in (monitor,):
        prometheus_server.wait_for_unit("prometheus.service")
        prometheus_server.wait_for_open_port(9090)
        for machine in (monitor, *node_hosts):
            prometheus_server.wait_until_succeeds(
                "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=up==1' "
                f'| grep --fixed-strings \'"instance":"{machine.name}:9100"\''
            )

with subtest("prometheus: what is known of an exporter is about its own host"):
    for prometheus_server in (monitor,):
        for machine in (monitor, *node_hosts):
            prometheus_server.wait_until_succeeds(
                "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=node_uname_info' "
                f'| grep \'"instance":"{machine.name}:9100"[^}}]*"nodename":"{machine.name}"\''
            )
