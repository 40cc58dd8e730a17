# OAR server: takes, schedules and launches jobs.
{
  imports = [ ./oar-common.nix ];

  services.oar.server.enable = true;
}
