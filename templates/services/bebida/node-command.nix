# bebida-node drain|uncordon NODE…: takes nodes from Kubernetes and gives them back. The hooks of the
# HPC jobs call it, whom it lets be root: its ssh key leads to the Kubernetes server.
{ pkgs, ... }:
let
  command = pkgs.writeShellScript "bebida-node" ''
    action=$1
    shift
    if [ "$action" = drain ]; then
      set -- --force --ignore-daemonsets --delete-emptydir-data --grace-period=5 --timeout=15s "$@"
    fi
    ${pkgs.openssh}/bin/ssh root@{{ host_with("k3s.server") }} k3s kubectl "$action" "$@"
  '';
in
{
  environment.etc."bebida/bebida-node".source = command;

  security.sudo.extraRules = [
    {
      users = [
{% if has_part("oar.server") %}
        "oar"
{% endif %}
{% if has_part("slurm.controller") %}
        "slurm"
{% endif %}
      ];
      commands = [
        {
          command = "/etc/bebida/bebida-node";
          options = [ "NOPASSWD" ];
        }
      ];
    }
  ];
}
