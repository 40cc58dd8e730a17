# Open MPI: users start programs on all hosts of /etc/mpi-hosts.
{
  config,
{% if roles_with("mpi.node") | selectattr("name", "in", replicated) | list %}
  hosts,
{% endif %}
  lib,
  modulesPath,
  pkgs,
  ...
}:
let
  # Throw-away pair of nixpkgs' own tests, known to everybody.
  sshKeys = import "${modulesPath}/../tests/ssh-keys.nix" pkgs;
  users = {{ users | nix(indent=2) }};
in
{
  environment.systemPackages = [ pkgs.openmpi ];

  # mpirun starts a daemon on each host over ssh.
  users.users = lib.genAttrs users (_: {
    openssh.authorizedKeys.keys = [ sshKeys.snakeOilPublicKey ];
  });
  programs.ssh.extraConfig = ''
    Host {% for r in roles_with("mpi.node") %}{{ r.name }}{{ "*" if r.replicated }}{{ " " if not loop.last }}{% endfor %}

      IdentityFile /etc/mpi-keys/%u
      StrictHostKeyChecking no
      UserKnownHostsFile /dev/null
      LogLevel ERROR
  '';

  environment.etc = {
    "mpi-hosts".text = ''
{% for r in roles_with("mpi.node") %}
{% if r.name in replicated %}
      ${lib.concatMapStringsSep "\n" (host: "${host} slots={{ part_options("mpi.node", r).slots }}") hosts.{{ r.name }}}
{% else %}
      {{ r.name }} slots={{ part_options("mpi.node", r).slots }}
{% endif %}
{% endfor %}
    '';
  }
  // lib.listToAttrs (
    map (user: {
      name = "mpi-keys/${user}";
      value = {
        inherit user;
        source = sshKeys.snakeOilPrivateKey;
        mode = "0400";
      };
    }) users
  );

  # Virtual machines have a second network, where all of them have one and the same address.
  environment.sessionVariables = lib.mkIf config.nxc.qemu-script.enable {
    OMPI_MCA_btl_tcp_if_exclude = "127.0.0.1/8,10.0.2.0/24";
    OMPI_MCA_oob_tcp_if_exclude = "127.0.0.1/8,10.0.2.0/24";
    PRTE_MCA_prte_if_exclude = "127.0.0.1/8,10.0.2.0/24";
  };

  # InfiniBand needs memory that is never swapped.
  security.pam.loginLimits = [
    {
      domain = "*";
      item = "memlock";
      type = "-";
      value = "unlimited";
    }
  ];
}
