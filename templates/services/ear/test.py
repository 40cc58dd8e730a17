{% set nodes = hosts_with("ear.daemon") %}
{% set database = host_with("ear.database") %}

def ear_wait_for_job(ear_job):
    """Wait until the accounts have a job, and return its line for each node."""
    ear_query = f"rm -f /tmp/ear.csv; eacct -j {ear_job} -c /tmp/ear.csv; test -s /tmp/ear.csv"
    {{ database }}.wait_until_succeeds(ear_query)
    return {{ database }}.succeed("cat /tmp/ear.csv")


with subtest("ear: the daemons run"):
    {{ database }}.wait_until_succeeds("systemctl is-active ear-database.service")
    for machine in {{ hosts_with("ear.db_manager") | pynames }}:
        machine.wait_for_unit("eardbd.service")
        machine.wait_for_open_port(50002)
    {{ host_with("ear.manager") }}.wait_for_unit("eargmd.service")
    for machine in {{ nodes | pynames }}:
        machine.wait_for_unit("eard.service")
        machine.wait_for_open_port(50001)

with subtest("ear: a job on every node is accounted"):
    ear_nodes = "\\n".join(m.name for m in {{ nodes | pynames(indent=4) }})
    {{ nodes[0] }}.succeed(f"printf '{ear_nodes}\\n' > /tmp/ear_nodes")
    {{ nodes[0] }}.succeed("EAR_ETC=/etc JOB_ID=4242 ejob 50001 newjob /tmp/ear_nodes")
    {{ nodes[0] }}.succeed("timeout --preserve-status 60 sha256sum /dev/zero || true")
    {{ nodes[0] }}.succeed("EAR_ETC=/etc JOB_ID=4242 ejob 50001 endjob /tmp/ear_nodes")
    assert "4242" in ear_wait_for_job(4242)
{# A job of OAR may run on any of its nodes. #}
{% if has_part("oar.server") and not hosts_with("oar.node") | reject("in", nodes) | list %}
{% set frontend = hosts_with("oar.frontend")[0] %}
{% set ask = "runuser --user postgres -- psql --tuples-only --no-align oar --command=" %}

with subtest("ear: an OAR job of {{ users[0] }} is accounted"):
    ear_answer = {{ frontend }}.succeed({{ ("su - " ~ users[0] ~ " --command='oarsub -l nodes=1 \"sleep 60\"'") | py }})
    ear_first = int(ear_answer.split("OAR_JOB_ID=")[1].split()[0])
    # OAR submits the job again by itself, with another number, if a node did not answer in time.
    ear_ended = f"SELECT job_id FROM jobs WHERE job_id >= {ear_first} AND state = 'Terminated'"
    ear_oar_job = int(
        {{ host_with("oar.dbserver") }}.wait_until_succeeds(
            f'set -o pipefail; {{ ask }}"{ear_ended}" | grep .'
        )
    )
    assert {{ users[0] | py }} in ear_wait_for_job(ear_oar_job)
{% endif %}
