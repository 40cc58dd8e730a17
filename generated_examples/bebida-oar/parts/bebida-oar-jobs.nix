# OAR's server takes the nodes of a job from Kubernetes before it begins, and gives them back after.
{ pkgs, ... }:
let
  # OAR calls it with the number of the job and without an environment. The optimizer's own jobs are
  # there to keep nodes for Kubernetes. A prologue that fails stops the job.
  hook =
    action:
    pkgs.writeShellScript "bebida-${action}" ''
      export PATH=/run/wrappers/bin:/run/current-system/sw/bin:${pkgs.jq}/bin
      nodes_of() {
        oarstat -J -j "$1" -p | jq --raw-output '[.[][].network_address] | unique[]'
      }
      name=$(oarstat -J -j "$1" | jq --raw-output '.[].name')
      nodes=$(nodes_of "$1")
      if [ ${action} = uncordon ]; then
        # Jobs may share a node, each with cores of its own: the last one gives it back.
        others=$(oarstat -J | jq --raw-output --arg ended "$1" '
          .[] | select("\(.id)" != $ended and (.name // "" | startswith("BEBIDA_NOOP") | not))
            | select(.state | IN("toLaunch", "Launching", "Running", "Suspended", "Resuming")) | .id')
        for job in $others; do
          nodes=$(grep --invert-match --line-regexp --fixed-strings "$(nodes_of "$job")" <<< "$nodes")
        done
      fi
      case $name in
        BEBIDA_NOOP*) ;;
        *) [ -z "$nodes" ] || sudo /etc/bebida/bebida-node ${action} $nodes ;;
      esac
      exit 0
    '';
in
{
  imports = [ ./bebida-node-command.nix ];

  environment.etc = {
    "oar/bebida-drain".source = hook "drain";
    "oar/bebida-uncordon".source = hook "uncordon";
  };

  services.oar.extraConfig = {
    SERVER_PROLOGUE_EXEC_FILE = "/etc/oar/bebida-drain";
    SERVER_EPILOGUE_EXEC_FILE = "/etc/oar/bebida-uncordon";
  };
}
