{% set slurm = has_part("slurm.frontend") %}
# BeBiDa's optimizer: when pods wait, it submits HPC jobs that keep nodes free for them.
{ pkgs, ... }:
{
  services.bebida-shaker = {
    enable = true;
    environmentFile = "/run/bebida/environment";
  };

  # It submits jobs as root of a frontend, with the ssh key that all hosts of NixOS Compose have.
  systemd.services.bebida-environment = {
    description = "Configuration of BeBiDa's optimizer, with its ssh key";
    wantedBy = [ "multi-user.target" ];
    requiredBy = [ "bebida-shaker.service" ];
    before = [ "bebida-shaker.service" ];
    path = [ pkgs.coreutils ];
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      RuntimeDirectory = "bebida";
      RuntimeDirectoryMode = "0700";
    };
    script = ''
      cat > /run/bebida/environment <<EOF
      KUBECONFIG=/etc/rancher/k3s/k3s.yaml
      BEBIDA_HPC_SCHEDULER_TYPE={{ "SLURM" if slurm else "OAR" }}
      BEBIDA_CORES_PER_NODE={{ options.cores }}
      BEBIDA_SSH_HOSTNAME={{ hosts_with("slurm.frontend" if slurm else "oar.frontend")[0] }}
      BEBIDA_SSH_PORT=22
      BEBIDA_SSH_USER=root
      BEBIDA_SSH_PKEY=$(base64 --wrap=0 /root/.ssh/id_rsa)
      EOF
    '';
  };
}
