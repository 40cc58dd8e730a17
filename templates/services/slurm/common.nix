{% set nodes = roles_with("slurm.node") %}
# What every Slurm host knows; Slurm wants the same configuration on all of them.
{% if nodes | selectattr("name", "in", replicated) | list %}
{ hosts, lib, ... }:
{% endif %}
{
  services.slurm = {
    controlMachine = {{ host_with("slurm.controller") | nix }};
    nodeName = [
{% for node in nodes %}
      "{{ host_range(node) }} CPUs={{ part_options("slurm.node", node).cpus }} State=UNKNOWN"
{% endfor %}
    ];
    partitionName = [
      "batch Nodes={% for node in nodes %}{{ host_range(node) }}{{ "," if not loop.last }}{% endfor %} Default=YES MaxTime=INFINITE State=UP"
    ];
    extraConfig = ''
      AccountingStorageType=accounting_storage/slurmdbd
      AccountingStorageHost={{ host_with("slurm.dbd") }}
      # A node that was away takes jobs again as soon as it registers.
      ReturnToService=2
    '';
{% if at_least("24.11") %}
    # On a busy host systemd needs longer than one second to prepare the scope of a node's jobs.
    # slurmd would give up, and each further start would meet the scope of the first.
    extraCgroupConfig = "SystemdTimeout=60000";
{% endif %}
  };

  # Throw-away key: this text is world-readable in the Nix store.
  environment.etc."munge/munge.key" = {
    text = "throw-away munge key, the same on all hosts";
    user = "munge";
    group = "munge";
    mode = "0400";
  };
}
