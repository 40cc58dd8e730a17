{% set servers = hosts_with("prometheus.server") %}
{% set targets = hosts_with("prometheus.exporter") %}
with subtest("prometheus: every target is up"):
    for prometheus_server in {{ servers | pynames(indent=4) }}:
        prometheus_server.wait_for_unit("prometheus.service")
        prometheus_server.wait_for_open_port(9090)
        for machine in {{ targets | pynames(indent=8) }}:
            prometheus_server.wait_until_succeeds(
                "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=up==1' "
                f'| grep --fixed-strings \'"instance":"{machine.name}:9100"\''
            )

with subtest("prometheus: what is known of an exporter is about its own host"):
    for prometheus_server in {{ servers | pynames(indent=4) }}:
        for machine in {{ targets | pynames(indent=8) }}:
            prometheus_server.wait_until_succeeds(
                "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=node_uname_info' "
                f'| grep \'"instance":"{machine.name}:9100"[^}}]*"nodename":"{machine.name}"\''
            )
