{{ cookiecutter.description | nixcomment }}
{
{% for one in cookiecutter.compositions %}
  {{ one.name | nixattr }} = import ./{{ one.name }}/composition.nix;
{% endfor %}
}
