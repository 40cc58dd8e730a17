# Prometheus: collects the metrics of every exporter.
{ hosts, lib, ... }:
let
  exporters = lib.concatMap (role: hosts.${role} or [ role ]) [
    "monitor"
    "node"
  ];
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
