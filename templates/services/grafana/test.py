{% set sources = hosts_with("prometheus.server") %}
{% for server in hosts_with("grafana.server") %}
with subtest("grafana: {{ server }} is healthy"):
    {{ server }}.wait_for_unit("grafana.service")
    {{ server }}.wait_for_open_port(3000)
    {{ server }}.wait_until_succeeds(
        'curl --fail --silent http://localhost:3000/api/health | grep \'"database": *"ok"\''
    )
{% if sources %}

with subtest("grafana: {{ server }} reads from Prometheus"):
    for grafana_source in ({% for s in sources %}{{ s | py }}{{ ", " if not loop.last }}{% endfor %}{{ "," if sources | length == 1 }}):
        {{ server }}.wait_until_succeeds(
            "curl --fail --silent --user admin:admin "
            f"http://localhost:3000/api/datasources/proxy/uid/{grafana_source}/api/v1/query?query=up "
            '| grep \'"status":"success"\''
        )
{% endif %}
{% endfor %}
