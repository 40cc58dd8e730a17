# CiGri database: campaigns, their jobs, clusters, and the users' tokens.
{
  imports = [ ./cigri-common.nix ];

  services.cigri.dbserver.enable = true;
}
