# EAR's database manager: collects what the nodes of its island report, and writes it to the database.
{
  imports = [ ./ear-common.nix ];

  services.ear.dbManager.enable = true;
}
