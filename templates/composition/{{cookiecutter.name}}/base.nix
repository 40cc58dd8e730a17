# The kernel of every host. NixOS Compose boots all roles with one kernel and one initrd, built from
# a configuration without roles, so a role must not set it.
{% set found = namespace(packages="") %}
{{ "{ pkgs, ... }:\n" if cookiecutter.kernel | selectattr("packages") | list }}{
{% for setting in cookiecutter.kernel if setting.packages or setting.settings %}
  {{ setting.why | nixcomment(indent=2) }}
{% if setting.packages and setting.packages != found.packages %}
{% set found.packages = setting.packages %}
  boot.kernelPackages = pkgs.{{ setting.packages }};
{% endif %}
{% for line in setting.settings %}
  {{ line }}
{% endfor %}
{% endfor %}
}
