# EAR's database: jobs, and what the nodes measured.
{
  imports = [ ./ear-common.nix ];

  services.ear.database.enable = true;
}
