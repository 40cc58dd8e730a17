{{ cookiecutter.description | nixcomment }}
{ ... }:
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
    };
{% else %}
    {{ role.name }} = { ... }: { };
{% endif %}
{% endfor %}
  };
{% for role in cookiecutter.roles if role.count > 1 %}
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
