{{ cookiecutter.description | nixcomment }}
{% set replicated = cookiecutter.replicated %}
{% set arguments = cookiecutter.arguments_of_roles %}
{% if arguments | length > 2 %}
{
{% for argument in arguments %}
  {{ argument }},
{% endfor %}
  ...
}:
{% elif arguments %}
{ {{ arguments | join(", ") }}, ... }:
{% else %}
{ ... }:
{% endif %}
{% if replicated %}
let
{% if not cookiecutter.setup_counts %}
  # How many hosts these roles have. Configurations and the test script follow.
  counts = {
{% for role, names in replicated.items() %}
    {{ role }} = {{ names | length }};
{% endfor %}
  };
{% elif replicated | length == 1 %}
  # setup.toml tells how many hosts these roles have. Below, nothing else does.
  counts = {
    inherit (setup.params) {{ replicated | first }};
  };
{% else %}
  # setup.toml tells how many hosts these roles have. Below, nothing else does.
  counts = {
    inherit (setup.params)
{% for role in replicated %}
      {{ role }}
{% endfor %}
      ;
  };
{% endif %}
  hosts = builtins.mapAttrs (
    role: count: builtins.genList (index: "${role}${toString (index + 1)}") count
  ) counts;
in
{% endif %}
{% if cookiecutter.setup_counts %}
# The other files were generated for at least this many hosts.
{% for role, names in replicated.items() %}
assert counts.{{ role }} >= {{ names | length }};
{% endfor %}
{% endif %}
{
  roles = {
{% for role in cookiecutter.roles %}
{% if role.imports or role.packages %}
    {{ role.name }} = {% if role.packages %}{ pkgs, ... }{% else %}{ ... }{% endif %}: {
{% if role.imports %}
      imports = {{ role.imports }};
{% endif %}
{% if role.packages | length == 1 %}
      environment.systemPackages = [ pkgs.{{ role.packages[0] }} ];
{% elif role.packages %}
      environment.systemPackages = [
{% for package in role.packages %}
        pkgs.{{ package }}
{% endfor %}
      ];
{% endif %}
{% if role.takes_hosts %}
      _module.args = { inherit hosts; };
{% endif %}
    };
{% else %}
    {{ role.name }} = { ... }: { };
{% endif %}
{% endfor %}
  };
{% if replicated %}

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;
{% endif %}
{% set published = cookiecutter.roles | selectattr("docker_ports") | list %}
{% if published %}

  # What the docker flavour publishes on the machine that it runs on.
{% for role in published %}
  dockerPorts.{{ role.name }} = {{ role.docker_ports | list | nix(indent=2) }};
{% endfor %}
{% endif %}

  testScript = builtins.readFile ./test_script.py;
}
