# nginx: serves one page, on port 80.
{ pkgs, ... }:
{
  services.nginx = {
    enable = true;
    virtualHosts.page = {
      default = true;
      root = pkgs.writeTextDir "index.html" ''
        <!doctype html>
        <title>It works</title>
      '';
    };
  };
}
