# Proves that oar works: `nxc driver -t` runs this script once the hosts are started.
# Every host is a variable of its own name.
start_all()

with subtest("every host has booted under its own name"):
    for host in machines:
        host.wait_until_succeeds("systemctl is-active multi-user.target")
        assert host.succeed("uname -n").strip() == host.name

with subtest("oar: the daemons run"):
    server.wait_for_file("/var/lib/oar/db-created")
    server.wait_for_unit("oar-server.service")
    server.wait_for_open_port(6666)
    for node in (node1, node2):
        node.wait_for_unit("oar-node.service")
        node.wait_for_open_port(6667)

with subtest("oar: every resource is Alive, on every node"):
    resources = "runuser --user postgres -- psql --tuples-only --no-align oar --command='SELECT network_address, state FROM resources'"
    # OAR suspects a node that booted after its server, and looks again every five minutes.
    server.wait_until_succeeds(f"! {resources} | grep --invert-match Alive")
    addresses = {line.split("|")[0] for line in server.succeed(resources).split()}
    assert addresses == {node.name for node in (node1, node2)}, addresses

with subtest("oar: a job of user1 runs on 2 nodes and ends"):
    answer = frontend.succeed(
        "su - user1 --command='oarsub -l nodes=2 \"sort --unique \\$OAR_NODEFILE\"'"
    )
    job = int(answer.split("OAR_JOB_ID=")[1].split()[0])
    frontend.wait_until_succeeds(f"oarstat -s -j {job} | grep Terminated", timeout=300)

with subtest("oar: the job wrote the names of its nodes"):
    output = f"/home/user1/OAR.{job}.stdout"
    # Homes are not shared: the output lies on the first node of the job.
    used = []
    for node in (node1, node2):
        used += node.execute(f"cat {output}")[1].split()
    assert len(used) == 2 and set(used) <= addresses, used
