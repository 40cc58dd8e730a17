{% set server = host_with("k3s.server") %}
{% set nodes = hosts_with("bebida.node") %}
{% set slurm = has_part("slurm.frontend") %}
{% set frontend = hosts_with("slurm.frontend" if slurm else "oar.frontend")[0] %}
{% set ask = "runuser --user postgres -- psql --tuples-only --no-align oar --command=" %}
{% set jobs = hosts_with("slurm.node" if slurm else "oar.node") %}
{% set shared = nodes | select("in", jobs) | list %}
{% set taken = "nodes={" ~ (jobs | pycount) ~ "}" %}
{% set submit = ("sbatch --parsable --" ~ taken ~ " --output=/dev/null --wrap=" if slurm else "oarsub -l " ~ taken ~ " ") ~ '"sleep 3600"' %}
with subtest("bebida: the optimizer runs"):
    {{ server }}.wait_until_succeeds("systemctl is-active bebida-shaker.service")

with subtest("bebida: Kubernetes sends only pods that tolerate it to the nodes"):
    for machine in {{ nodes | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            f"set -o pipefail; k3s kubectl describe node {machine.name} | grep bebida=hpc:NoSchedule"
        )

{% if shared %}
with subtest("bebida: a node takes no pods while an HPC job has it"):
    bebida_nodes = "set -o pipefail; k3s kubectl get nodes --no-headers"
    bebida_undrained = bebida_nodes + " | { ! grep SchedulingDisabled; }"
    {{ server }}.wait_until_succeeds(bebida_undrained)
    bebida_submit = f{{ ("su - " ~ users[0] ~ " --command='" ~ submit ~ "'") | py }}
    {{ "bebida_job" if slurm else "bebida_first" }} = int({{ frontend }}.succeed(bebida_submit){{ "" if slurm else '.split("OAR_JOB_ID=")[1].split()[0]' }})
    for machine in {{ shared | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            f"{bebida_nodes} | grep --word-regexp {machine.name} | grep SchedulingDisabled"
        )
{% if not slurm %}
    # OAR submits the job again by itself, with another number, if a node did not answer in time.
    bebida_running = f"SELECT job_id FROM jobs WHERE job_id >= {bebida_first} AND state = 'Running'"
    bebida_job = int(
        {{ host_with("oar.dbserver") }}.wait_until_succeeds(
            f'set -o pipefail; {{ ask }}"{bebida_running}" | grep .'
        )
    )
{% endif %}

with subtest("bebida: it takes pods again after the job"):
    {{ frontend }}.succeed(f"su - {{ users[0] }} --command='{{ "scancel" if slurm else "oardel" }} {bebida_job}'")
    {{ server }}.wait_until_succeeds(bebida_undrained)
    bebida_ready = {{ server }}.succeed(bebida_nodes + " | grep --word-regexp Ready")
    assert len(bebida_ready.splitlines()) == {{ ([server] + hosts_with("k3s.agent")) | pycount }}, bebida_ready
{% endif %}
