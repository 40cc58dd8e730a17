# OAR's server takes the nodes of a job from Kubernetes before it begins, and gives them back after.
{ pkgs, ... }:
let
  # OAR calls it with the number of the job and without an environment. The optimizer's own jobs are
  # there to keep nodes for Kubernetes. A prologue that fails stops the job.
  hook =
    action:
    pkgs.writeShellScript "bebida-${action}" ''
      export PATH=/run/wrappers/bin:/run/current-system/sw/bin
      name=$(oarstat -J -j "$1" | ${pkgs.jq}/bin/jq --raw-output '.[].name')
      nodes=$(oarstat -J -j "$1" -p | ${pkgs.jq}/bin/jq --raw-output '[.[][].network_address] | unique[]')
      case $name in
        BEBIDA_NOOP*) ;;
        *) sudo /etc/bebida/bebida-node ${action} $nodes ;;
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
