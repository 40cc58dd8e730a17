# CiGri client: users submit campaigns here.
{
  imports = [ ./cigri-common.nix ];

  services = {
    cigri.client.enable = true;
    # The server asks this host which user a connection belongs to (RFC 1413).
    oidentd.enable = true;
  };

  # A campaign to begin with: `gridsub -f /etc/cigri-example.json`. Each job gets its parameters, the
  # first of which is the job's name, and runs in the home of the user.
  environment.etc."cigri-example.json".text = builtins.toJSON {
    name = "example";
    resources = "resource_id=1";
    walltime = "00:05:00";
    exec_file = "/run/current-system/sw/bin/touch";
    clusters.oar = { };
    params = [
      "cigri_1"
      "cigri_2"
    ];
  };
}
