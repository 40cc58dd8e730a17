{{ ("Runs " ~ pname ~ ": " ~ p.description) | nixcomment }}
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.{{ p.name | nixattr }};
in
{
  options.services.{{ p.name | nixattr }} = {
    enable = lib.mkEnableOption {{ pname | nix }};

    package = lib.mkOption {
      type = lib.types.package;
      default = {{ call }};
      defaultText = lib.literalExpression {{ call_text | nix }};
      description = {{ ("Package that provides " ~ pname ~ ".") | nix }};
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.{{ p.name | nixattr }} = {
      description = {{ p.description | nix }};
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {
        Type = "exec";
        ExecStart = lib.getExe cfg.package;
        Restart = "on-failure";
        DynamicUser = true;
        StateDirectory = {{ p.name | nix }};
        NoNewPrivileges = true;
        PrivateTmp = true;
        ProtectHome = true;
        ProtectSystem = "strict";
      };
    };
  };
}
