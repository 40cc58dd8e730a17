# Client of the web server{{ " and of the database" if has_part("web.database") }}.
{ pkgs, ... }:
{
{% if has_part("web.database") %}
  environment.systemPackages = [
    pkgs.curl
    pkgs.postgresql
  ];
{% else %}
  environment.systemPackages = [ pkgs.curl ];
{% endif %}
}
