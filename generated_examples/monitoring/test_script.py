# Proves that monitoring works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name

with subtest("grafana: monitor is healthy"):
    monitor.wait_for_unit("grafana.service")
    monitor.wait_for_open_port(3000)
    monitor.wait_until_succeeds(
        'set -o pipefail; curl --fail --silent http://localhost:3000/api/health | grep \'"database": *"ok"\''
    )

with subtest("grafana: monitor reads from Prometheus"):
    for grafana_source in ("uid/monitor",):
        monitor.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent --user admin:admin "
            f"http://localhost:3000/api/datasources/proxy/{grafana_source}/api/v1/query?query=up "
            '| grep \'"status":"success"\''
        )

with subtest("prometheus: every target of monitor is up"):
    monitor.wait_for_unit("prometheus.service")
    monitor.wait_for_open_port(9090)
    for machine in (monitor, node1, node2):
        monitor.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=up==1' "
            f'| grep --fixed-strings \'"instance":"{machine.name}:9100"\''
        )

with subtest("prometheus: what monitor has of an exporter is about its own host"):
    for machine in (monitor, node1, node2):
        monitor.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=node_uname_info' "
            f'| grep \'"instance":"{machine.name}:9100"[^}}]*"nodename":"{machine.name}"\''
        )
