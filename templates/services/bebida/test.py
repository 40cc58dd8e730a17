{% set server = host_with("k3s.server") %}
{% set nodes = hosts_with("bebida.node") %}
{% set slurm = has_part("slurm.frontend") %}
{% set frontend = hosts_with("slurm.frontend" if slurm else "oar.frontend")[0] %}
{% set jobs = hosts_with("slurm.node" if slurm else "oar.node") %}
{% set shared = nodes | select("in", jobs) | list %}
{% set submit = ("sbatch --nodes=%s --output=/dev/null --wrap=" if slurm else "oarsub -l nodes=%s ") ~ '"sleep 60"' %}
with subtest("bebida: the optimizer runs"):
    {{ server }}.wait_until_succeeds("systemctl is-active bebida-shaker.service")

with subtest("bebida: Kubernetes sends only pods that tolerate it to the nodes"):
    for machine in {{ nodes | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            f"k3s kubectl describe node {machine.name} | grep bebida=hpc:NoSchedule"
        )

{% if shared %}
with subtest("bebida: a node takes no pods while an HPC job has it"):
    bebida_drained = "k3s kubectl get nodes --no-headers | grep SchedulingDisabled"
    {{ server }}.wait_until_fails(bebida_drained)
{% if counted %}
    bebida_submit = {{ ("su - " ~ users[0] ~ " --command='" ~ submit ~ "'") | py }} % ({{ jobs | pycount }})
{% else %}
    bebida_submit = {{ ("su - " ~ users[0] ~ " --command='" ~ submit % (jobs | length) ~ "'") | py }}
{% endif %}
    {{ frontend }}.succeed(bebida_submit)
    for machine in {{ shared | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            f"{bebida_drained} | grep --word-regexp {machine.name}", timeout=120
        )

with subtest("bebida: it takes pods again after the job"):
    {{ server }}.wait_until_fails(bebida_drained, timeout=300)
    bebida_ready = "k3s kubectl get nodes --no-headers | grep --count --word-regexp Ready"
    assert int({{ server }}.succeed(bebida_ready)) == {{ ([server] + hosts_with("k3s.agent")) | pycount }}
{% endif %}
