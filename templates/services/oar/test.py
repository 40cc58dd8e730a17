{% set nodes = hosts_with("oar.node") %}
{% set server = host_with("oar.server") %}
{% set database = host_with("oar.dbserver") %}
{% set frontend = hosts_with("oar.frontend")[0] %}
{% set wanted = [nodes | length, 2] | min %}
{% set ask = "runuser --user postgres -- psql --tuples-only --no-align oar --command=" %}
{% set query = "SELECT network_address, state FROM resources" %}
{% set job_command = "oarsub -l nodes=" ~ wanted ~ ' "sort --unique \\$OAR_NODEFILE"' %}
with subtest("oar: the daemons run"):
    {{ database }}.wait_for_file("/var/lib/oar/db-created")
    {{ server }}.wait_for_unit("oar-server.service")
    {{ server }}.wait_for_open_port(6666)
    for machine in {{ nodes | pynames }}:
        machine.wait_for_unit("oar-node.service")
        machine.wait_for_open_port(6667)

with subtest("oar: every resource is Alive, on every node"):
    oar_resources = {{ (ask ~ "'" ~ query ~ "'") | py }}
    # OAR suspects a node that booted after its server, and looks again every five minutes.
    {{ database }}.wait_until_succeeds(f"set -o pipefail; {oar_resources} | {% raw %}{{ ! grep --invert-match Alive; }}{% endraw %}")
    oar_addresses = {line.split("|")[0] for line in {{ database }}.succeed(oar_resources).split()}
    assert oar_addresses == {m.name for m in {{ nodes | pynames }}}, oar_addresses

with subtest("oar: a job of {{ users[0] }} runs on {{ wanted }} node{{ "s" if wanted > 1 }} and ends"):
    oar_answer = {{ frontend }}.succeed(
        {{ ("su - " ~ users[0] ~ " --command='" ~ job_command ~ "'") | py }}
    )
    oar_first = int(oar_answer.split("OAR_JOB_ID=")[1].split()[0])
    # OAR submits the job again by itself, with another number, if a node did not answer in time.
    oar_ended = f"SELECT job_id FROM jobs WHERE job_id >= {oar_first} AND state = 'Terminated'"
    oar_job = int(
        {{ database }}.wait_until_succeeds(
            f'set -o pipefail; {{ ask }}"{oar_ended}" | grep .'
        )
    )

with subtest("oar: the job wrote the names of its nodes"):
    oar_output = f"{{ home }}/{{ users[0] }}/OAR.{oar_job}.stdout"
{% if see(home, roles_with("oar.frontend") + roles_with("oar.node")) %}
    {{ frontend }}.wait_for_file(oar_output)
    oar_used = {{ frontend }}.succeed(f"cat {oar_output}").split()
{% else %}
    # Homes are not shared: the output lies on the first node of the job.
    oar_used = []
    for machine in {{ nodes | pynames }}:
        oar_used += machine.execute(f"cat {oar_output}")[1].split()
{% endif %}
    assert len(oar_used) == {{ wanted }} and set(oar_used) <= oar_addresses, oar_used
{% if has_part("oar.web") %}
{% set web = host_with("oar.web") %}
{% set token = "runuser --user=" ~ users[0] ~ " -- oarsub --api-token" %}

with subtest("oar: the web API of {{ web }} knows {{ users[0] }} by a token"):
    {{ web }}.wait_for_unit("nginx.service")
    {{ web }}.wait_until_succeeds("curl --fail --silent http://{{ web }}/api/version")
    oar_answer = {{ frontend }}.succeed({{ token | py }})
    oar_token = oar_answer.split("OAR_API_TOKEN=")[1].split()[0]
    oar_api = f"curl --fail --silent -H 'Authorization: Bearer {oar_token}' http://{{ web }}/api"
    assert {{ ('"' ~ users[0] ~ '"') | py }} in {{ frontend }}.succeed(f"{oar_api}/whoami")
{% endif %}
