# Proves that examon works: `nxc driver -t` runs this script once the hosts are started.
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
    for grafana_server in (server,):
        grafana_server.wait_for_unit("grafana.service")
        grafana_server.wait_for_open_port(3000)
        grafana_server.wait_until_succeeds(
            'set -o pipefail; curl --fail --silent http://localhost:3000/api/health | grep \'"database": *"ok"\''
        )

with subtest("examon: broker and store run"):
    server.wait_for_unit("mosquitto.service")
    server.wait_for_open_port(1883)
    server.wait_for_unit("victoriametrics.service")
    server.wait_for_unit("telegraf.service")
    server.wait_for_open_port(8428)

with subtest("examon: the load of every publisher is in the store"):
    examon_export = "curl --fail --silent --get http://server:8428/api/v1/export --data-urlencode"
    for machine in node_hosts:
        machine.wait_for_unit("examon-publisher.service")
        server.wait_until_succeeds(
            f"set -o pipefail; {examon_export} 'match[]=load{{node=\"{machine.name}\"}}' | grep values"
        )

with subtest("examon: a value published by node1 is queried back"):
    node1.succeed(
        'mosquitto_pub -h server -t org/nxc/cluster/examon/node/node1/plugin/proof/chnl/data/proof -m "42.5;$(date +%s)"'
    )
    node1.wait_until_succeeds(
        f"set -o pipefail; {examon_export} 'match[]=proof{{node=\"node1\"}}' | grep --fixed-strings 42.5"
    )

with subtest("examon: Grafana reads the nodes from the store"):
    for grafana_server in (server,):
        grafana_server.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent --user admin:admin http://localhost:3000/api/datasources/proxy/uid/examon/api/v1/label/node/values | grep node1"
        )
