{% set targets = hosts_with("prometheus.exporter") %}
{% for server in named_hosts("prometheus.server") %}
with subtest("prometheus: every target of {{ server }} is up"):
    {{ server }}.wait_for_unit("prometheus.service")
    {{ server }}.wait_for_open_port(9090)
    for machine in {{ targets | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=up==1' "
            f'| grep --fixed-strings \'"instance":"{machine.name}:9100"\''
        )

with subtest("prometheus: what {{ server }} has of an exporter is about its own host"):
    for machine in {{ targets | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent 'http://localhost:9090/api/v1/query?query=node_uname_info' "
            f'| grep \'"instance":"{machine.name}:9100"[^}}]*"nodename":"{machine.name}"\''
        )
{% endfor %}
