{% set sources = named_hosts("prometheus.server") %}
# Grafana, on port 3000{{ ", which reads from Prometheus" if sources }}.
{
  services.grafana = {
    enable = true;
{% if at_least("22.11") %}
    settings = {
      server.http_addr = "0.0.0.0";
      # Throw-away: this text is world-readable in the Nix store.
      security = {
        admin_password = "admin";
        secret_key = "throw-away";
      };
    };
{% else %}
    addr = "0.0.0.0";
    # Throw-away: this text is world-readable in the Nix store.
    security = {
      adminPassword = "admin";
      secretKey = "throw-away";
    };
{% endif %}
{% if sources %}
    provision = {
      enable = true;
      {{ "datasources.settings.datasources" if at_least("22.11") else "datasources" }} = [
{% for source in sources %}
        {
          name = {{ ("Prometheus of " ~ source) | nix }};
{% if at_least("22.11") %}
          uid = {{ source | nix }};
{% endif %}
          type = "prometheus";
          url = {{ ("http://" ~ source ~ ":9090") | nix }};
          isDefault = {{ (loop.index == 1) | nix }};
        }
{% endfor %}
      ];
    };
{% endif %}
  };
}
