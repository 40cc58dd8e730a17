# What every Slurm host knows; Slurm wants the same configuration on all of them.
{ hosts, lib, ... }:
{
  services.slurm = {
    controlMachine = "controller";
    nodeName = [
      "node[1-${toString (lib.length hosts.node)}] CPUs=1 State=UNKNOWN"
    ];
    partitionName = [
      "batch Nodes=node[1-${toString (lib.length hosts.node)}] Default=YES MaxTime=INFINITE State=UP"
    ];
    extraConfig = ''
      AccountingStorageType=accounting_storage/slurmdbd
      AccountingStorageHost=controller
      # A node that was away takes jobs again as soon as it registers.
      ReturnToService=2
    '';
    # On a busy host systemd needs longer than one second to prepare the scope of a node's jobs.
    # slurmd would give up, and each further start would meet the scope of the first.
    extraCgroupConfig = "SystemdTimeout=60000";
  };

  # Throw-away key: this text is world-readable in the Nix store.
  environment.etc."munge/munge.key" = {
    text = "throw-away munge key, the same on all hosts";
    user = "munge";
    group = "munge";
    mode = "0400";
  };
}
