{% set sources = named_hosts("prometheus.server") %}
{% for server in named_hosts("grafana.server") %}
with subtest("grafana: {{ server }} is healthy"):
    {{ server }}.wait_for_unit("grafana.service")
    {{ server }}.wait_for_open_port(3000)
    {{ server }}.wait_until_succeeds(
        'set -o pipefail; curl --fail --silent http://localhost:3000/api/health | grep \'"database": *"ok"\''
    )
{% if sources %}

with subtest("grafana: {{ server }} reads from Prometheus"):
{# Grafana before 9 knows a data source by its number only. #}
{% set ids = [] %}
{% for source in sources %}
{% set _ = ids.append((("uid/" ~ source) if at_least("22.11") else loop.index | string) | py) %}
{% endfor %}
    for grafana_source in ({{ ids | join(", ") }}{{ "," if ids | length == 1 }}):
        {{ server }}.wait_until_succeeds(
            "set -o pipefail; curl --fail --silent --user admin:admin "
            f"http://localhost:3000/api/datasources/proxy/{grafana_source}/api/v1/query?query=up "
            '| grep \'"status":"success"\''
        )
{% endif %}
{% endfor %}
