# What every CiGri host knows: where server and database are, and the password of the database.
{
  services.cigri = {
    server.host = {{ host_with("cigri.server") | nix }};
    database = {
      host = {{ host_with("cigri.dbserver") | nix }};
      passwordFile = "/etc/cigri-passwords";
    };
{% if host_with("cigri.server") != host_with("cigri.dbserver") %}
    # The module would write the name of the server there.
    extraConfig.DATABASE_HOST = {{ host_with("cigri.dbserver") | nix }};
{% endif %}
  };

  # Throw-away password: this text is world-readable in the Nix store.
  environment.etc."cigri-passwords" = {
    text = ''
      DATABASE_USER_NAME="cigri"
      DATABASE_USER_PASSWORD="cigri"
    '';
    mode = "0600";
  };
}
