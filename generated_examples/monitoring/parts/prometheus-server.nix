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
            targets = [
              "monitor:9100"
              "node1:9100"
              "node2:9100"
            ];
          }
        ];
      }
    ];
  };
}
