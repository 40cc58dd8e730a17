# EAR's daemon: measures this node and the jobs on it.
{
  imports = [ ./ear-common.nix ];

  services.ear.daemon.enable = true;
}
