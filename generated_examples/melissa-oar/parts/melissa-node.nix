# A node on which OAR runs servers and simulations of Melissa's studies.
{
  imports = [ ./melissa-common.nix ];
}
