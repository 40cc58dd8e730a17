
def nfs_share_bytes(path, writer, readers):
    """Write random bytes on one host and compare what the others read."""
    writer.wait_until_succeeds(f"head --bytes=1M /dev/urandom > {path}/bytes")
    written = writer.succeed(f"sha256sum < {path}/bytes")
    for reader in readers:
        assert reader.succeed(f"sha256sum < {path}/bytes") == written, reader.name


{% for share in shares("nfs.server") %}
{% set clients = hosts_that_mount(share.path) %}
{% set readers = [share.host] + clients[1:] %}
{% if not clients %}
# No host mounts {{ share.path }} of {{ share.host }}: nothing reads there what it exports.

{% else %}
with subtest("nfs: what one host writes to {{ share.path }}, the others read"):
    nfs_share_bytes({{ share.path | py }}, {{ clients[0] }}, {{ readers | pynames }})

{% if share.path == home %}
{% set file = home ~ "/" ~ users[0] ~ "/mine" %}
with subtest("nfs: a file belongs to the same user everywhere"):
    {{ clients[0] }}.succeed({{ ("su - " ~ users[0] ~ " --command='touch " ~ file ~ "'") | py }})
    for machine in {{ ([share.host] + clients) | pynames }}:
        nfs_owner = machine.succeed({{ ("stat --format=%U " ~ file) | py }}).strip()
        assert nfs_owner == {{ users[0] | py }}, (machine.name, nfs_owner)

{% endif %}
# Containers share a volume: they have no NFS server to restart.
if {{ share.host }}.execute("systemctl is-active nfs-server.service")[0] == 0:
    with subtest("nfs: {{ share.path }} is back after a restart of the server"):
        {{ share.host }}.succeed("systemctl restart nfs-server.service")
        nfs_share_bytes({{ share.path | py }}, {{ clients[0] }}, {{ readers | pynames }})

{% endif %}
{% endfor %}
