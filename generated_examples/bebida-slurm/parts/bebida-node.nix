# A node that Kubernetes and the HPC cluster share. Pods for it tolerate the taint bebida=hpc.
{
  services.k3s.extraFlags = "--node-taint=bebida=hpc:NoSchedule --node-label=bebida=node";
}
