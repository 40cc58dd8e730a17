{% set nodes = hosts_with("slurm.node") %}
{% set controller = host_with("slurm.controller") %}
{% set database = host_with("slurm.dbd") %}
{% set submit = (hosts_with("slurm.frontend") + nodes)[0] %}
{% set user = users[0] %}
{% set wanted = [nodes | length, 2] | min %}
with subtest("slurm: the daemons run"):
    {{ database }}.wait_for_unit("slurm-cluster.service")
    {{ database }}.wait_for_open_port(6819)
    {{ controller }}.wait_for_open_port(6817)
    for machine in {{ nodes | pynames(indent=4) }}:
        machine.wait_for_open_port(6818)

with subtest("slurm: every node is idle"):
    for machine in {{ nodes | pynames(indent=4) }}:
        {{ submit }}.wait_until_succeeds(
            f"set -o pipefail; sinfo --noheader --Node --nodes={machine.name} --format=%T | grep --line-regexp idle"
        )

with subtest("slurm: a job of {{ user }} runs on {{ wanted }} node{{ "s" if wanted > 1 }}"):
    # A host that is slow to load its daemons answers srun too late the first time.
    slurm_hosts = {{ submit }}.wait_until_succeeds(
        {{ ("su - " ~ user ~ " --command='srun --job-name=proof --nodes=" ~ wanted ~ " hostname'") | py }}
    ).split()
    assert len(set(slurm_hosts)) == {{ wanted }}, slurm_hosts
    assert set(slurm_hosts) <= {m.name for m in {{ nodes | pynames(indent=4) }}}, slurm_hosts

with subtest("slurm: the accounting has the job"):
    {{ submit }}.wait_until_succeeds(
        "set -o pipefail; sacct --allusers --allocations --noheader --parsable2 --name=proof "
        "--format=User,NNodes,State | grep --line-regexp {{ "'" ~ user ~ "|" ~ wanted ~ "|COMPLETED'" }}"
    )
