# EAR's global manager: watches energy and power of the cluster.
{
  imports = [ ./ear-common.nix ];

  services.ear.globalManager.enable = true;
}
