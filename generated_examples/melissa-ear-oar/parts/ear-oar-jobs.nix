# OAR tells EAR of every job: on its first node, as it begins and as it ends.
{ config, pkgs, ... }:
let
  # As the user of the job, whom EAR accounts it to. The node file has a line for each core.
  tell =
    action:
    pkgs.writeShellScript "ear-${action}" ''
      nodes=$(${pkgs.coreutils}/bin/mktemp)
      ${pkgs.coreutils}/bin/sort --unique "$2" > "$nodes"
      EAR_ETC=/etc JOB_ID=$1 ${config.services.ear.package}/bin/ejob 50001 ${action} "$nodes"
      ${pkgs.coreutils}/bin/rm "$nodes"
    '';

  # OAR calls it as the user oar, with job, user and node file. A prologue that fails stops the job,
  # which EAR's trouble must not do.
  hook =
    action:
    pkgs.writeShellScript "oar-${action}" ''
      OARDO_BECOME_USER=$2 /run/wrappers/bin/oardodo ${tell action} "$1" "$3" || true
    '';
in
{
  environment.etc = {
    "oar/ear-newjob".source = hook "newjob";
    "oar/ear-endjob".source = hook "endjob";
  };

  services.oar.extraConfig = {
    PROLOGUE_EXEC_FILE = "/etc/oar/ear-newjob";
    EPILOGUE_EXEC_FILE = "/etc/oar/ear-endjob";
  };
}
