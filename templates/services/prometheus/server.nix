{% set targets = [] %}
{% for host in hosts_with("prometheus.exporter") %}
{% set _ = targets.append(host ~ ":9100") %}
{% endfor %}
{% set exporters = hosts_with("prometheus.exporter") | nixhosts(indent=2) %}
{% set follows = "hosts." in exporters %}
# Prometheus: collects the metrics of every exporter.
{% if follows %}
{ hosts, {{ "lib, " if "lib." in exporters }}... }:
let
  exporters = {{ exporters }};
in
{% endif %}
{
  services.prometheus = {
    enable = true;
    scrapeConfigs = [
      {
        job_name = "node";
        scrape_interval = "10s";
        static_configs = [
          {
{% if follows %}
            targets = map (host: "${host}:9100") exporters;
{% else %}
            targets = {{ targets | nix(indent=12) }};
{% endif %}
          }
        ];
      }
    ];
  };
}
