{% set targets = [] %}
{% for host in hosts_with("prometheus.exporter") %}
{% set _ = targets.append(host ~ ":9100") %}
{% endfor %}
# Prometheus: collects the metrics of every exporter.
{
  services.prometheus = {
    enable = true;
    scrapeConfigs = [
      {
        job_name = "node";
        scrape_interval = "10s";
        static_configs = [
          {
            targets = {{ targets | nix(indent=12) }};
          }
        ];
      }
    ];
  };
}
