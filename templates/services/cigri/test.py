{% set server = host_with("cigri.server") %}
{% set client = hosts_with("cigri.client")[0] %}
{% set user = users[0] %}
{% set submit = "su - " ~ user ~ " --command='gridsub -f /etc/cigri-example.json'" %}
with subtest("cigri: the daemons run, the cluster and the users are known"):
    {{ server }}.wait_for_unit("cigri-rest-api.service")
    {{ server }}.wait_until_succeeds("systemctl is-active cigri-register.service")
    {{ server }}.wait_for_unit("cigri-server.service")

with subtest("cigri: {{ user }} submits a campaign and it ends"):
    cigri_answer = {{ client }}.succeed({{ submit | py }})
    cigri_campaign = int(cigri_answer.split("CAMPAIGN_ID=")[1].split()[0])
    cigri_state = f"gridstat --dump --campaign {cigri_campaign}"
    {{ client }}.wait_until_succeeds(f'set -o pipefail; {cigri_state} | grep --extended-regexp \'"state": ?"terminated"\'')

with subtest("cigri: its jobs have run as {{ user }}"):
{% set file = home ~ "/" ~ user ~ "/cigri_1" %}
{% if see(home, [roles_with("cigri.client")[0]] + roles_with("oar.node")) %}
    cigri_owner = {{ client }}.succeed({{ ("stat --format=%U " ~ file) | py }}).strip()
    assert cigri_owner == {{ user | py }}, cigri_owner
{% else %}
    # Homes are not shared: the file lies on the node that ran the job.
    cigri_owners = []
    for machine in {{ hosts_with("oar.node") | pynames }}:
        cigri_owners += machine.execute({{ ("stat --format=%U " ~ file) | py }})[1].split()
    assert cigri_owners == [{{ user | py }}], cigri_owners
{% endif %}
