# OAR node: jobs run here.
{
  imports = [ ./oar-common.nix ];

  services.oar.node.enable = true;
}
