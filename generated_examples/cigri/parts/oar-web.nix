# OAR's web API: http://HOST/api/. Whoever has a token of `oarsub -T` may use it as that user.
{ lib, ... }:
{
  imports = [ ./oar-common.nix ];

  services.oar = {
    web.enable = true;
    # Of OAR's parts, only a client, a node, a server or a database makes the module do anything.
    client.enable = lib.mkDefault true;
  };
}
