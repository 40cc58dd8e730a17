{{ arguments }}

buildGoModule rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if extra.vendor_hash == "null" %}
  vendorHash = null;
{% else %}
  # It depends on the version: the build tells it.
  vendorHash = {{ fake }};
{% endif %}

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
  ldflags = [ "-s" ];
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
}
