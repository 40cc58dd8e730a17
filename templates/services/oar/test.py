{% set nodes = hosts_with("oar.node") %}
{% set server = host_with("oar.server") %}
{% set database = host_with("oar.dbserver") %}
{% set frontend = hosts_with("oar.frontend")[0] %}
{% set wanted = [nodes | length, 2] | min %}
{% set query = "SELECT network_address, state FROM resources" %}
{% set job_command = "oarsub -l nodes=" ~ wanted ~ ' "sort --unique \\$OAR_NODEFILE"' %}
with subtest("oar: the daemons run"):
    {{ database }}.wait_for_file("/var/lib/oar/db-created")
    {{ server }}.wait_for_unit("oar-server.service")
    {{ server }}.wait_for_open_port(6666)
    for node in {{ nodes | pynames }}:
        node.wait_for_unit("oar-node.service")
        node.wait_for_open_port(6667)

with subtest("oar: every resource is Alive, on every node"):
    resources = {{ ("runuser --user postgres -- psql --tuples-only --no-align oar --command='" ~ query ~ "'") | py }}
    # OAR suspects a node that booted after its server, and looks again every five minutes.
    {{ database }}.wait_until_succeeds(f"! {resources} | grep --invert-match Alive")
    addresses = {line.split("|")[0] for line in {{ database }}.succeed(resources).split()}
    assert addresses == {node.name for node in {{ nodes | pynames }}}, addresses

with subtest("oar: a job of {{ users[0] }} runs on {{ wanted }} node{{ "s" if wanted > 1 }} and ends"):
    answer = {{ frontend }}.succeed(
        {{ ("su - " ~ users[0] ~ " --command='" ~ job_command ~ "'") | py }}
    )
    job = int(answer.split("OAR_JOB_ID=")[1].split()[0])
    {{ frontend }}.wait_until_succeeds(f"oarstat -s -j {job} | grep Terminated", timeout=300)

with subtest("oar: the job wrote the names of its nodes"):
    output = f"{{ home }}/{{ users[0] }}/OAR.{job}.stdout"
{% if see(home, roles_with("oar.frontend") + roles_with("oar.node")) %}
    {{ frontend }}.wait_for_file(output)
    used = {{ frontend }}.succeed(f"cat {output}").split()
{% else %}
    # Homes are not shared: the output lies on the first node of the job.
    used = []
    for node in {{ nodes | pynames }}:
        used += node.execute(f"cat {output}")[1].split()
{% endif %}
    assert len(used) == {{ wanted }} and set(used) <= addresses, used
