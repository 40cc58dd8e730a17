# Node exporter: offers the metrics of this host to Prometheus.
{
  services.prometheus.exporters.node.enable = true;
}
