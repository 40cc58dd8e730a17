{
  {% for name in argument_names %}
  {{ name }},
  {% endfor %}
  {% if debug %}
  debug ? false,
  {% endif %}
  {% for name, default in p.builder.defaults.items() %}
  {{ name }} ? {{ default }},
  {% endfor %}
}:
