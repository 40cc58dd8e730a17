# OAR frontend: users submit jobs here.
{
  imports = [ ./oar-common.nix ];

  services.oar.client.enable = true;
}
