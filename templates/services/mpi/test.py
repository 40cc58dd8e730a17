{% set hosts = hosts_with("mpi.node") %}
{% set user = users[0] %}
{% set npb = hosts_with("mpi.npb")[:2] %}
{% set count = hosts | pycount %}
{% set run = "mpirun --hostfile /etc/mpi-hosts --map-by node -np {" ~ count ~ "} hostname" %}
with subtest("mpi: every host takes part in a program of {{ user }}"):
    mpi_hosts = {{ hosts[0] }}.wait_until_succeeds(
        f{{ ("su - " ~ user ~ " --command='" ~ run ~ "'") | py }}
    ).split()
    assert {m.name for m in {{ hosts | pynames(indent=4) }}} <= set(mpi_hosts), mpi_hosts
{% if npb %}

with subtest("mpi: a benchmark over {{ npb | length }} host{{ "s" if npb | length > 1 }} verifies its result"):
    mpi_result = {{ npb[0] }}.succeed(
        {{ ("su - " ~ user ~ " --command='mpirun --host " ~ (npb | join(",")) ~ " -np " ~ (npb | length) ~ " cg.A.mpi'") | py }}
    )
    mpi_verified = [line.split("=")[1].strip() for line in mpi_result.splitlines() if "Verification" in line]
    assert mpi_verified == ["SUCCESSFUL"], mpi_result
{% endif %}
