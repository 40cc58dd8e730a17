# Grafana, on port 3000, which reads from Prometheus.
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
    provision = {
      enable = true;
      datasources.settings.datasources = [
        {
          name = "Prometheus of monitor";
          uid = "monitor";
          type = "prometheus";
          url = "http://monitor:9090";
          isDefault = true;
        }
      ];
    };
  };
}
