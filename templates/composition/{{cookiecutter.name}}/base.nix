# Kernel-level settings. NixOS Compose boots every role with one kernel and one initrd, built from
# a configuration without roles, so these must not be set in a role.
{% set packages = cookiecutter.kernel | selectattr("packages") | list %}
{{ "{ pkgs, ... }:\n" if packages }}{
{% for setting in cookiecutter.kernel %}
  # {{ setting.why }}
{% if setting.packages %}
  boot.kernelPackages = pkgs.{{ setting.packages }};
{% endif %}
{% if setting.params %}
  boot.kernelParams = {{ setting.params | list | nix(indent=2) }};
{% endif %}
{% endfor %}
}
