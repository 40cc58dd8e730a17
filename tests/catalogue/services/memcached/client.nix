# Asks the cache with nc.
{ pkgs, ... }:
{
  environment.systemPackages = [ pkgs.netcat ];
}
