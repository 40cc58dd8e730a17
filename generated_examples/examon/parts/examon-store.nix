# Store of metrics: Telegraf takes them from the broker, VictoriaMetrics keeps them and answers PromQL.
{
  services = {
    victoriametrics = {
      enable = true;
      # A metric is called as it was published, without the name of Telegraf's only field.
      extraOptions = [ "-influxSkipSingleField" ];
    };

    telegraf = {
      enable = true;
      extraConfig = {
        agent = {
          flush_interval = "5s";
          # The tags say which host a value is of, not which host stored it.
          omit_hostname = true;
        };

        # ExaMon's payload is VALUE;SECONDS.
        inputs.mqtt_consumer = [
          {
            servers = [ "tcp://server:1883" ];
            topics = [ "org/#" ];
            data_format = "csv";
            csv_delimiter = ";";
            csv_column_names = [
              "value"
              "timestamp"
            ];
            csv_timestamp_column = "timestamp";
            csv_timestamp_format = "unix";
          }
        ];

        # ExaMon's topic is TAG/VALUE/TAG/VALUE/…/METRIC.
        processors.starlark = [
          {
            source = ''
              def apply(metric):
                  words = metric.tags.pop("topic").split("/")
                  for i in range(0, len(words) - 1, 2):
                      metric.tags[words[i]] = words[i + 1]
                  metric.name = words[-1]
                  return metric
            '';
          }
        ];

        # VictoriaMetrics understands InfluxDB's protocol and creates no databases.
        outputs.influxdb = [
          {
            urls = [ "http://127.0.0.1:8428" ];
            database = "examon";
            skip_database_creation = true;
          }
        ];
      };
    };
  };

  # Telegraf ends when the broker does not answer, and its host may come up later than this one.
  systemd.services.telegraf = {
    startLimitIntervalSec = 0;
    serviceConfig.RestartSec = 5;
  };
}
