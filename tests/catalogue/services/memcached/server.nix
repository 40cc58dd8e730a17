# Memcached: a cache for the hosts of the network.
{
  services.memcached = {
    enable = true;
    listen = "0.0.0.0";
    maxMemory = {{ options.megabytes | nix }};
  };
}
