# The kernel of every host. NixOS Compose boots all roles with one kernel and one initrd, built from
# a configuration without roles, so a role must not set it.
{ pkgs, ... }:
{
{% for setting in cookiecutter.kernel if setting.packages %}
  {{ setting.why | nixcomment(indent=2) }}
  boot.kernelPackages = pkgs.{{ setting.packages }};
{% endfor %}
}
