meta = {
  description = {{ p.description | nix }};
  {% if p.homepage %}
  homepage = {{ p.homepage | nix }};
  {% endif %}
  {% if not licence.is_one %}
  # A list does not say it: {{ licence.expression }}.
  {% endif %}
  license = {{ licences[0] if licences | length == 1 else licences | nix(2) }};
  maintainers = {{ maintainers | nix(2) }};
  platforms = {{ platforms }};
  {% if p.main_program %}
  mainProgram = {{ p.main_program | nix }};
  {% endif %}
};
