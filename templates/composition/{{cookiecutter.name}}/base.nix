# The kernel of every host. NixOS Compose boots all roles with one kernel and one initrd, built from
# a configuration without roles, so a role must not set it.
{% set found = namespace(packages="") %}
{% set settings = cookiecutter.kernel | map(attribute="settings") | map("join", " ") | join(" ") %}
{% set needs_pkgs = cookiecutter.kernel | selectattr("packages") | list or "pkgs." in settings %}
{% set arguments = (["lib"] if "lib." in settings else []) + (["pkgs"] if needs_pkgs else []) %}
{{ "{ " ~ arguments | join(", ") ~ ", ... }:\n" if arguments }}{
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
