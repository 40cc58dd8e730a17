{% set broker = host_with("examon.broker") %}
{% set store = host_with("examon.store") %}
{% set publishers = hosts_with("examon.publisher") %}
{% set topic = "org/nxc/cluster/" ~ name ~ "/node/" ~ publishers[0] ~ "/plugin/proof/chnl/data/proof" %}
{% set publish = "mosquitto_pub -h " ~ broker ~ " -t " ~ topic ~ ' -m "42.5;$(date +%s)"' %}
{% set export = "curl --fail --silent --get http://" ~ store ~ ":8428/api/v1/export --data-urlencode" %}
with subtest("examon: broker and store run"):
    {{ broker }}.wait_for_unit("mosquitto.service")
    {{ broker }}.wait_for_open_port(1883)
    {{ store }}.wait_for_unit("victoriametrics.service")
    {{ store }}.wait_for_unit("telegraf.service")
    {{ store }}.wait_for_open_port(8428)

with subtest("examon: the load of every publisher is in the store"):
    examon_export = {{ export | py }}
    for machine in {{ publishers | pynames }}:
        machine.wait_for_unit("examon-publisher.service")
        {{ store }}.wait_until_succeeds(
            f"set -o pipefail; {examon_export} 'match[]=load{{"{{" }}node=\"{machine.name}\"{{ "}}" }}' | grep values"
        )

with subtest("examon: a value published by {{ publishers[0] }} is queried back"):
    {{ publishers[0] }}.succeed(
        {{ publish | py }}
    )
    {{ publishers[0] }}.wait_until_succeeds(
        f"set -o pipefail; {examon_export} 'match[]=proof{{"{{" }}node=\"{{ publishers[0] }}\"{{ "}}" }}' | grep --fixed-strings 42.5"
    )
{% set source = "uid/examon" if at_least("22.11") else (named_hosts("prometheus.server") | length + 1) | string %}
{% set grafanas = hosts_with("grafana.server") %}
{% if grafanas %}
{% set nodes = "http://localhost:3000/api/datasources/proxy/" ~ source ~ "/api/v1/label/node/values" %}

with subtest("examon: Grafana reads the nodes from the store"):
    for grafana_server in {{ grafanas | pynames }}:
        grafana_server.wait_until_succeeds(
            {{ ("set -o pipefail; curl --fail --silent --user admin:admin " ~ nodes ~ " | grep " ~ publishers[0]) | py }}
        )
{% endif %}
