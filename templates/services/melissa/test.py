{% set launcher = hosts_with("melissa.launcher")[0] %}
{% set user = users[0] %}
{% set folder = home ~ "/" ~ user ~ "/heat-pde" %}
{% set copy = "cp --force --recursive --dereference --no-target-directory /etc/melissa-heat-pde " ~ folder %}
{% set launch = "melissa-launcher --project_dir " ~ folder ~ " --config_name config" %}
with subtest("melissa: a study of the heat equation runs through OAR"):
    melissa_copy = {{ (copy ~ " && touch " ~ folder ~ "/copied") | py }}
    {{ launcher }}.succeed(f"su - {{ user }} --command='{melissa_copy}'")
    {{ launcher }}.succeed(
        {{ ("su - " ~ user ~ " --command='" ~ launch ~ "'") | py }}
    )

with subtest("melissa: its results are there, one for each time step"):
    melissa_results = {{ launcher }}.succeed(
        {{ ("find " ~ folder ~ "/out -name 'results.temperature_mean.*' -size +0 -newer " ~ folder ~ "/copied") | py }}
    )
    assert len(melissa_results.split()) == 100, melissa_results
{% if has_part("ear.database") %}
{% set ask = "runuser --user postgres -- psql --tuples-only --no-align oar --command=" %}

with subtest("melissa: EAR has accounted the last job of the study"):
    melissa_last = "SELECT max(job_id) FROM jobs WHERE state = 'Terminated'"
    melissa_job = int({{ host_with("oar.dbserver") }}.succeed(f'{{ ask }}"{melissa_last}"'))
    {{ host_with("ear.database") }}.wait_until_succeeds(
        f"set -o pipefail; EAR_ETC=/etc eacct -j {melissa_job} | grep {{ user }}"
    )
{% endif %}
