{
  {% for name in argument_names %}
  {{ name }}{{ " ? callPackage " ~ p.calls[name] ~ " { }" if name in p.calls else "" }},
  {% endfor %}
  {% if debug %}
  debug ? false,
  {% endif %}
  {% for name, default in p.builder.defaults.items() %}
  {{ name }} ? {{ default }},
  {% endfor %}
}:
