# Proves that web works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name, machine.name

with subtest("web: every client reads the page"):
    for machine in (server,):
        machine.wait_for_unit("nginx.service")
        machine.wait_for_open_port(80)
    for machine in (client,):
        for web_server in (server,):
            web_page = machine.succeed(f"curl --fail --silent http://{web_server.name}/")
            assert "<title>It works</title>" in web_page, web_page


def web_sql(machine, query):
    """Run a query on the database as a client does, and return what it prints."""
    return machine.wait_until_succeeds(
        "PGPASSWORD=web psql --host=database --username=web --no-psqlrc --quiet "
        f"--no-align --tuples-only --set=ON_ERROR_STOP=1 --command={query!r}"
    )


with subtest("web: every client reads the row that it wrote"):
    database.wait_for_unit("postgresql.service")
    database.wait_for_open_port(5432)
    for machine in (client,):
        web_sql(machine, "CREATE TABLE IF NOT EXISTS proof (host text)")
        web_sql(machine, f"DELETE FROM proof WHERE host = $${machine.name}$$")
        web_sql(machine, f"INSERT INTO proof VALUES ($${machine.name}$$)")
        web_rows = web_sql(machine, "SELECT host FROM proof").split()
        assert web_rows.count(machine.name) == 1, web_rows
