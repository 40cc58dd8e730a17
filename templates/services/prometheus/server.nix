{% set targets = [] %}
{% for host in hosts_with("prometheus.exporter") %}
{% set _ = targets.append(host ~ ":9100") %}
{% endfor %}
{% set exporters = hosts_with("prometheus.exporter") %}
{% set follows = "hosts." in exporters | nixhosts %}
# Prometheus: collects the metrics of every exporter.
{% if follows %}
{ hosts, ... }:
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
            targets = map (host: "${host}:9100") ({{ exporters | nixhosts }});
{% else %}
            targets = {{ targets | nix(indent=12) }};
{% endif %}
          }
        ];
      }
    ];
  };
}
