{{ cookiecutter.description | nixcomment }}
{% set counted = cookiecutter.counted %}
{% if counted %}
{ setup, ... }:
let
  # setup.toml tells how many hosts these roles have. Below, nothing else does.
{% if counted | length == 1 %}
  counts = {
    inherit (setup.params) {{ counted | first }};
  };
{% else %}
  counts = {
    inherit (setup.params)
{% for role in counted %}
      {{ role }}
{% endfor %}
      ;
  };
{% endif %}
  hosts = builtins.mapAttrs (
    role: count: builtins.genList (index: "${role}${toString (index + 1)}") count
  ) counts;
in
# The other files were generated for at least this many hosts.
{% for role, names in counted.items() %}
assert counts.{{ role }} >= {{ names | length }};
{% endfor %}
{% else %}
{ ... }:
{% endif %}
{
  roles = {
{% for role in cookiecutter.roles %}
{% if role.modules or role.packages %}
    {{ role.name }} = {% if role.packages %}{ pkgs, ... }{% else %}{ ... }{% endif %}: {
{% if role.modules | length == 1 %}
      imports = [ ./{{ role.modules[0] }} ];
{% elif role.modules %}
      imports = [
{% for module in role.modules %}
        ./{{ module }}
{% endfor %}
      ];
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
{% if counted %}

  # Names in place of numbers: they are the same on every flavour.
  rolesDistribution = hosts;
{% endif %}
{% for role in cookiecutter.roles if role.count > 1 and not counted %}
{% if loop.first and loop.length > 1 %}

  rolesDistribution = {
{% endif %}
{% if loop.length > 1 %}
    {{ role.name }} = {{ role.count }};
{% else %}

  rolesDistribution.{{ role.name }} = {{ role.count }};
{% endif %}
{% if loop.last and loop.length > 1 %}
  };
{% endif %}
{% endfor %}

  testScript = builtins.readFile ./test_script.py;
}
