# What every CiGri host knows: where server and database are, and the password of the database.
{
  services.cigri = {
    server.host = "cigri";
    database = {
      host = "cigri";
      passwordFile = "/etc/cigri-passwords";
    };
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
