{% set exporters = hosts_with("prometheus.exporter") | nixhosts(indent=2) %}
# Prometheus: collects the metrics of every exporter.
{% if "hosts." in exporters %}
{ hosts, {{ "lib, " if "lib." in exporters }}... }:
{% endif %}
let
  exporters = {{ exporters }};
in
{
  services.prometheus = {
    enable = true;
    scrapeConfigs = [
      {
        job_name = "node";
        scrape_interval = "10s";
        static_configs = [
          {
            targets = map (host: "${host}:9100") exporters;
          }
        ];
      }
    ];
  };
}
