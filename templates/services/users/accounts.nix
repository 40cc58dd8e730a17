# The users, with the same uid on every host: shared folders know owners by number.
{
  nxc.users = {
    names = {{ service["names"] | nix(indent=4) }};
    prefixHome = {{ home | nix }};
  };
{% for user, uid in user_ids.items() %}
  users.users.{{ user | nixattr }}.uid = {{ uid }};
{% endfor %}
}
