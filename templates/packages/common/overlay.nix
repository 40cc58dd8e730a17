# The packages of this composition: roles and modules find them in pkgs.
final: _prev: {
{% for name in packages %}
  {{ name | nixattr }} = final.callPackage ./{{ name }} { };
{% endfor %}
}
