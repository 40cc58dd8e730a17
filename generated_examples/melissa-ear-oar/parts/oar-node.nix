# OAR node: jobs run here.
{ lib, pkgs, ... }:
{
  imports = [ ./oar-common.nix ];

  services.oar.node.enable = true;

  # OAR calls hwloc-calc of the system's profile to give a job its cores, and sends Perl programs
  # to a node, also to ask whether it is up; virtual machines would have no Perl.
  environment.systemPackages = [
    pkgs.hwloc
    pkgs.perl
  ];

  # A job runs as its user, and reads there which nodes it has got. The keys below stay closed.
  users.users.oar.homeMode = lib.mkForce "755";
}
