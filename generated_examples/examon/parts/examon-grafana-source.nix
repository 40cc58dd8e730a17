# Grafana reads ExaMon's metrics too: VictoriaMetrics answers as Prometheus does.
{ lib, ... }:
{
  services.grafana.provision = {
    enable = true;
    datasources.settings.datasources = lib.mkAfter [
      {
        name = "ExaMon";
        uid = "examon";
        type = "prometheus";
        url = "http://server:8428";
        isDefault = true;
      }
    ];
  };
}
