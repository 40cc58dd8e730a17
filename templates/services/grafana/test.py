{% set servers = hosts_with("grafana.server") %}
{% set sources = named_hosts("prometheus.server") %}
with subtest("grafana: it is healthy"):
    for grafana_server in {{ servers | pynames(indent=4) }}:
        grafana_server.wait_for_unit("grafana.service")
        grafana_server.wait_for_open_port(3000)
        grafana_server.wait_until_succeeds(
            'set -o pipefail; curl --fail --silent http://localhost:3000/api/health | grep \'"database": *"ok"\''
        )
{% if sources %}

with subtest("grafana: it reads from Prometheus"):
{# Grafana before 9 knows a data source by its number only. #}
{% set ids = [] %}
{% for source in sources %}
{% set _ = ids.append((("uid/" ~ source) if at_least("22.11") else loop.index | string) | py) %}
{% endfor %}
    for grafana_server in {{ servers | pynames(indent=4) }}:
        for grafana_source in ({{ ids | join(", ") }}{{ "," if ids | length == 1 }}):
            grafana_server.wait_until_succeeds(
                "set -o pipefail; curl --fail --silent --user admin:admin "
                f"http://localhost:3000/api/datasources/proxy/{grafana_source}/api/v1/query?query=up "
                '| grep \'"status":"success"\''
            )
{% endif %}
