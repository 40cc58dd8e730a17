# Grafana, on port 3000.
{
  services.grafana = {
    enable = true;
    settings = {
      server.http_addr = "0.0.0.0";
      # Throw-away: this text is world-readable in the Nix store.
      security = {
        admin_password = "admin";
        secret_key = "throw-away";
      };
    };
  };
}
