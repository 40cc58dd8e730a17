# Grafana reads ExaMon's metrics too: VictoriaMetrics answers as Prometheus does.
{ lib, ... }:
{
  services.grafana.provision = {
    enable = true;
    {{ "datasources.settings.datasources" if at_least("22.11") else "datasources" }} = lib.mkAfter [
      {
        name = "ExaMon";
{% if at_least("22.11") %}
        uid = "examon";
{% endif %}
        type = "prometheus";
        url = {{ ("http://" ~ host_with("examon.store") ~ ":8428") | nix }};
        isDefault = {{ (not has_part("prometheus.server")) | nix }};
      }
    ];
  };
}
