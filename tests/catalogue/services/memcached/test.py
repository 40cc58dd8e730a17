{% for server in hosts_with("memcached.server") %}
with subtest("memcached: what is written to {{ server }} is read again"):
    {{ server }}.wait_for_unit("memcached.service")
    {{ server }}.wait_for_open_port(11211)
    for machine in {{ (hosts_with("memcached.client") or [server]) | pynames(indent=4) }}:
        memcached_said = machine.succeed(
            "printf 'set proof 0 0 5\\r\\nbytes\\r\\nget proof\\r\\nquit\\r\\n' "
            "| nc {{ server }} 11211"
        )
        assert memcached_said.split()[-2:] == ["bytes", "END"], memcached_said
{% endfor %}
