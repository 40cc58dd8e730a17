{% set server = host_with("k3s.server") %}
{% set nodes = [server] + hosts_with("k3s.agent") %}
with subtest("k3s: the API answers"):
    {{ server }}.wait_for_unit("k3s.service")
    {{ server }}.wait_for_open_port(6443)
    # Pods are refused until Kubernetes has made this account.
    {{ server }}.wait_until_succeeds("k3s kubectl get serviceaccount default")

with subtest("k3s: every node is Ready"):
    for machine in {{ nodes | pynames(indent=4) }}:
        {{ server }}.wait_until_succeeds(
            f"k3s kubectl wait --for=condition=Ready --timeout=10s node/{machine.name}"
        )

with subtest("k3s: a pod completes on every node"):
    for machine in {{ nodes | pynames(indent=4) }}:
        k3s_pod = f"proof-{machine.name}"
        k3s_place = '{"spec": {"nodeName": "%s"}}' % machine.name
        {{ server }}.succeed(f"k3s kubectl delete pod --ignore-not-found {k3s_pod}")
        {{ server }}.succeed(
            f"k3s kubectl run {k3s_pod} --image=nxc.local/busybox:1 --image-pull-policy=Never "
            f"--restart=Never --overrides='{k3s_place}' --command -- /bin/uname -n"
        )
        {{ server }}.wait_until_succeeds(
            f"set -o pipefail; k3s kubectl get pod {k3s_pod} --output=jsonpath={% raw %}{{.status.phase}}{% endraw %} | grep --line-regexp Succeeded"
        )
        k3s_told = {{ server }}.succeed(f"k3s kubectl logs {k3s_pod}")
        assert k3s_told.strip() == k3s_pod, k3s_told
