{% set servers = hosts_with("web.server") %}
{% set clients = hosts_with("web.client") %}
with subtest("web: {{ "every client reads the page" if clients else "the page is served" }}"):
    for machine in {{ servers | pynames(indent=4) }}:
        machine.wait_for_unit("nginx.service")
        machine.wait_for_open_port(80)
    for machine in {{ (clients or servers) | pynames(indent=4) }}:
        for web_server in {{ servers | pynames(indent=8) }}:
            web_page = machine.succeed(f"curl --fail --silent http://{web_server.name}/")
            assert "<title>It works</title>" in web_page, web_page
{% if has_part("web.database") %}
{% set database = host_with("web.database") %}


def web_sql(machine, query):
    """Run a query on the database as a client does, and return what it prints."""
    return machine.wait_until_succeeds(
        "PGPASSWORD=web psql --host={{ database }} --username=web --no-psqlrc --quiet "
        f"--no-align --tuples-only --set=ON_ERROR_STOP=1 --command={query!r}"
    )


with subtest("web: every {{ "client" if clients else "host" }} reads the row that it wrote"):
    {{ database }}.wait_for_unit("postgresql.service")
    {{ database }}.wait_for_open_port(5432)
    for machine in {{ (clients or [database]) | pynames(indent=4) }}:
        web_sql(machine, "CREATE TABLE IF NOT EXISTS proof (host text)")
        web_sql(machine, f"DELETE FROM proof WHERE host = $${machine.name}$$")
        web_sql(machine, f"INSERT INTO proof VALUES ($${machine.name}$$)")
        web_rows = web_sql(machine, "SELECT host FROM proof").split()
        assert web_rows.count(machine.name) == 1, web_rows
{% endif %}
