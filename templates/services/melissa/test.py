{% set launcher = hosts_with("melissa.launcher")[0] %}
{% set user = users[0] %}
{% set folder = home ~ "/" ~ user ~ "/heat-pde" %}
{% set launch = "melissa-launcher --project_dir " ~ folder ~ " --config_name config" %}
with subtest("melissa: a study of the heat equation runs through OAR"):
    melissa_copy = {{ ("cp --recursive --dereference /etc/melissa-heat-pde " ~ folder) | py }}
    {{ launcher }}.succeed(f"su - {{ user }} --command='{melissa_copy}'")
    {{ launcher }}.succeed(
        {{ ("su - " ~ user ~ " --command='" ~ launch ~ "'") | py }}
    )

with subtest("melissa: its results are there, one for each time step"):
    melissa_results = {{ launcher }}.succeed(
        {{ ("find " ~ folder ~ "/out -name 'results.temperature_mean.*' -size +0") | py }}
    )
    assert len(melissa_results.split()) == 100, melissa_results
{% if has_part("ear.database") %}

with subtest("melissa: EAR has accounted jobs of {{ user }}"):
    {{ host_with("ear.database") }}.wait_until_succeeds("set -o pipefail; EAR_ETC=/etc eacct -u {{ user }} | grep {{ user }}")
{% endif %}
