# Slurm's controller takes the nodes of a job from Kubernetes before it begins, and gives them back
# after. Every Slurm host imports this: they want the same configuration.
{ config, pkgs, ... }:
let
  # The optimizer's own jobs are there to keep nodes for Kubernetes. A prolog that fails stops the job.
  hook =
    action:
    pkgs.writeShellScript "bebida-${action}" ''
      case $SLURM_JOB_NAME in
        BEBIDA_NOOP*) ;;
        *)
          nodes=$(${config.services.slurm.package}/bin/scontrol show hostnames "$SLURM_JOB_NODELIST")
          /run/wrappers/bin/sudo /etc/bebida/bebida-node ${action} $nodes
          ;;
      esac
      exit 0
    '';
in
{
  imports = [ ./bebida-node-command.nix ];

  environment.etc = {
    "bebida/slurm-drain".source = hook "drain";
    "bebida/slurm-uncordon".source = hook "uncordon";
  };

  services.slurm.extraConfig = ''
    PrologSlurmctld=/etc/bebida/slurm-drain
    EpilogSlurmctld=/etc/bebida/slurm-uncordon
  '';
}
