# Proves that nfs works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name; names with an underscore are free, no host has one.
start_all()


def hosts_of(role):
    """Return the machines of a role, in the order of their numbers."""
    found = {m.name.removeprefix(role): m for m in machines if m.name.startswith(role)}
    return [found[number] for number in sorted(filter(str.isdigit, found), key=int)]


client_hosts = hosts_of("client")

with subtest("every host has booted under its own name"):
    for machine in machines:
        machine.wait_until_succeeds("systemctl is-active multi-user.target")
        assert machine.succeed("uname -n").strip() == machine.name, machine.name


def nfs_share_bytes(path, writer, readers):
    """Write random bytes on one host and compare what the others read."""
    writer.wait_until_succeeds(f"head --bytes=1M /dev/urandom > {path}/bytes")
    written = writer.succeed(f"sha256sum < {path}/bytes")
    for reader in readers:
        assert reader.succeed(f"sha256sum < {path}/bytes") == written, reader.name


with subtest("nfs: what one host writes to /users, the others read"):
    nfs_share_bytes("/users", client1, (server, *client_hosts[1:]))

with subtest("nfs: a file belongs to the same user everywhere"):
    client1.succeed("su - user1 --command='touch /users/user1/mine'")
    for machine in (server, *client_hosts):
        nfs_owner = machine.succeed("stat --format=%U /users/user1/mine").strip()
        assert nfs_owner == "user1", (machine.name, nfs_owner)

# Containers share a volume: they have no NFS server to restart.
if server.execute("systemctl is-active nfs-server.service")[0] == 0:
    with subtest("nfs: /users is back after a restart of the server"):
        server.succeed("systemctl restart nfs-server.service")
        nfs_share_bytes("/users", client1, (server, *client_hosts[1:]))
