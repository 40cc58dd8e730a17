# Slurm's controller takes the nodes of a job from Kubernetes before it begins, and gives them back
# after. Every Slurm host imports this: they want the same configuration.
{ pkgs, ... }:
let
  # The optimizer's own jobs are there to keep nodes for Kubernetes. A prolog that fails stops the job.
  hook =
    action:
    pkgs.writeShellScript "bebida-${action}" ''
      export PATH=/run/wrappers/bin:/run/current-system/sw/bin
      nodes=$(scontrol show hostnames "$SLURM_JOB_NODELIST")
      if [ ${action} = uncordon ]; then
        # Jobs may share a node, each with cores of its own: the last one gives it back.
        free=
        for node in $nodes; do
          squeue --noheader --nodelist="$node" --states=configuring,running,suspended --format='%A %j' \
            | grep --quiet --invert-match --extended-regexp "^($SLURM_JOB_ID |[0-9]+ BEBIDA_NOOP)" \
            || free="$free $node"
        done
        nodes=$free
      fi
      case $SLURM_JOB_NAME in
        BEBIDA_NOOP*) ;;
        *) [ -z "$nodes" ] || sudo /etc/bebida/bebida-node ${action} $nodes ;;
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
