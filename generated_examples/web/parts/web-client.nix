# Client of the web server and of the database.
{ pkgs, ... }:
{
  environment.systemPackages = [
    pkgs.curl
    pkgs.postgresql
  ];
}
