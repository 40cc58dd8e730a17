# OAR node: jobs run here.
{ lib, pkgs, ... }:
{
  imports = [ ./oar-common.nix ];

  services.oar.node.enable = true;

  # OAR calls hwloc-calc of the system's profile to give a job its cores.
  environment.systemPackages = [ pkgs.hwloc ];

  # A job runs as its user, and reads there which nodes it has got. The keys below stay closed.
  users.users.oar.homeMode = lib.mkForce "755";
}
