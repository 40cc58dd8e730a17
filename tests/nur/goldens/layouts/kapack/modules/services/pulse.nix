# Runs pulse: Pulse counter
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.pulse;
in
{
  options.services.pulse = {
    enable = lib.mkEnableOption "pulse";

    package = lib.mkOption {
      type = lib.types.package;
      default = pkgs.nur.repos.kapack.pulse;
      defaultText = lib.literalExpression "pkgs.nur.repos.kapack.pulse";
      description = "Package that provides pulse.";
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.pulse = {
      description = "Pulse counter";
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {
        Type = "exec";
        ExecStart = lib.getExe cfg.package;
        Restart = "on-failure";
        DynamicUser = true;
        StateDirectory = "pulse";
        NoNewPrivileges = true;
        PrivateTmp = true;
        ProtectHome = true;
        ProtectSystem = "strict";
      };
    };
  };
}
