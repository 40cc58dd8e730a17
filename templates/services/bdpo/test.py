{% set all_nodes = hosts_with("bdpo.node") %}
{% set nodes = all_nodes | select("in", hosts_with("oar.node")) | list or all_nodes %}
{% if nodes[0] in hosts_with("oar.node") %}
{% set frontend = hosts_with("oar.frontend")[0] %}
{% set database = host_with("oar.dbserver") %}
{% set ask = "runuser --user postgres -- psql --tuples-only --no-align oar --command=" %}
{% set job_command = "oarsub -l nodes={" ~ (hosts_with("oar.node") | pycount) ~ '} "sleep 3600"' %}
with subtest("bdpo: it runs on the nodes of an OAR job, as long as the job does"):
    for machine in {{ nodes | pynames }}:
        machine.succeed("touch /tmp/bdpo_before")
    bdpo_answer = {{ frontend }}.succeed(
        f{{ ("su - " ~ users[0] ~ " --command='" ~ job_command ~ "'") | py }}
    )
    bdpo_first = int(bdpo_answer.split("OAR_JOB_ID=")[1].split()[0])
    for machine in {{ nodes | pynames }}:
        machine.wait_until_succeeds("systemctl is-active bdpo.service")
    # OAR submits the job again by itself, with another number, if a node did not answer in time.
    bdpo_running = f"SELECT job_id FROM jobs WHERE job_id >= {bdpo_first} AND state = 'Running'"
    bdpo_job = int(
        {{ database }}.wait_until_succeeds(
            f'set -o pipefail; {{ ask }}"{bdpo_running}" | grep .'
        )
    )
    {{ frontend }}.succeed(f"su - {{ users[0] }} --command='oardel {bdpo_job}'")
    for machine in {{ nodes | pynames }}:
        # While it is stopped, it writes its results.
        machine.wait_until_succeeds(
            "set -o pipefail; systemctl show --property=ActiveState bdpo.service | grep --word-regexp inactive"
        )
{% else %}
with subtest("bdpo: it runs while a processor is busy"):
    for machine in {{ nodes | pynames }}:
        machine.succeed("touch /tmp/bdpo_before")
        machine.succeed("systemctl start bdpo.service")
        machine.succeed("timeout --preserve-status 30 sha256sum /dev/zero || true")
        machine.succeed("systemctl is-active bdpo.service")
        machine.succeed("systemctl stop bdpo.service")
{% endif %}

with subtest("bdpo: it left its results"):
    for machine in {{ nodes | pynames }}:
        bdpo_results = machine.succeed(
            "find /var/lib/bdpo -mindepth 2 -type f -size +0 -newer /tmp/bdpo_before"
        )
        assert bdpo_results, machine.name
