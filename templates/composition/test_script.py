# Proves that {{ name }} works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()
{% if replicated %}


def hosts_of(role):
    """Return the machines of a role, in the order of their numbers."""
    found = {m.name.removeprefix(role): m for m in machines if m.name.startswith(role)}
    return [found[number] for number in sorted(filter(str.isdigit, found), key=int)]


{% for role in replicated %}
{{ role }}_hosts = hosts_of({{ role | py }})
{% endfor %}
{% endif %}

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name, machine.name
{% for secret in secrets %}

with subtest("{{ secret.path }} reaches the hosts outside the Nix store"):
    for machine in {{ secret.hosts | pynames }}:
        machine.succeed("install -D --mode=0600 /dev/null {{ secret.target }}.new")
        machine.copy_from_host_via_shell({{ secret.path | py }}, {{ (secret.target ~ ".new") | py }})
        machine.succeed("mv {{ secret.target }}.new {{ secret.target }}")
{% endfor %}
