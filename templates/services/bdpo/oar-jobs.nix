# OAR starts BDPO on the nodes of a job as it begins, and stops it as it ends, also for another job
# that has cores of the same node: where BDPO matters, jobs should ask for whole nodes.
{ pkgs, ... }:
let
  # OAR calls it as the user oar on the job's first node, with job, user and node file. A prologue
  # that fails stops the job, which BDPO's trouble must not do.
  hook =
    action:
    pkgs.writeShellScript "bdpo-${action}" ''
      for node in $(${pkgs.coreutils}/bin/sort --unique "$3"); do
        ${pkgs.openssh}/bin/ssh -p 6667 "$node" \
          /run/wrappers/bin/oardodo /run/current-system/sw/bin/systemctl ${action} bdpo.service || true
      done
    '';
in
{
  environment.etc = {
    "oar/bdpo-start".source = hook "start";
    "oar/bdpo-stop".source = hook "stop";
  };

  services.oar.extraConfig = {
    PROLOGUE_EXEC_FILE = "/etc/oar/bdpo-start";
    EPILOGUE_EXEC_FILE = "/etc/oar/bdpo-stop";
  };
}
