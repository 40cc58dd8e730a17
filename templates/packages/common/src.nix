{% if p.source.kind == "folder" %}
src = {{ extra.path | nixpath if not extra.path.startswith("..") else extra.path }};
{% elif p.source.kind == "gem" %}
{% if not p.hash %}
# Not fetched yet: {{ fill }} tells the hash.
{% endif %}
source.sha256 = {{ hash }};
{% else %}
src = {{ p.source.fetcher if "fetchPypi" not in p.source.fetcher or "fetchPypi" in argument_names else "python3Packages.fetchPypi" }} {
  {% if inherited %}
  inherit {{ "(finalAttrs) " if this else "" }}{{ inherited | join(" ") }};
  {% endif %}
  {% for name, value in fetch.items() %}
  {{ name }} = {{ value | nix }};
  {% endfor %}
  {% if not p.hash %}
  # Not fetched yet: {{ fill }} tells the hash.
  {% endif %}
  hash = {{ hash }};
};
{% endif %}
{% if submodules %}
# Upstream has git submodules: where the build needs them, add fetchSubmodules = true and
# replace the hash.
{% endif %}
{% if folder and p.builder.name != "haskell" %}
sourceRoot = {{ folder }};
{% endif %}
