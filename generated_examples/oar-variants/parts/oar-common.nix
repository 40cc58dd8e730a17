# What every OAR host knows: where server and database are, keys and passwords.
{ modulesPath, pkgs, ... }:
let
  # Throw-away pair of nixpkgs' own tests, known to everybody.
  sshKeys = import "${modulesPath}/../tests/ssh-keys.nix" pkgs;
in
{
  services.oar = {
    server.host = "server";
    database = {
      host = "server";
      passwordFile = "/etc/oar-passwords";
    };
    privateKeyFile = "/etc/oar-key";
    publicKeyFile = "/etc/oar-key.pub";
    extraConfig = {
      LOG_LEVEL = "3";
      # OAR 3 tells the resources of a node file apart by this name; else $OAR_NODEFILE may be empty.
      NODE_FILE_DB_FIELD_DISTINCT_VALUES = "id";
    };
  };

  environment.etc = {
    "oar-key" = {
      source = sshKeys.snakeOilPrivateKey;
      mode = "0600";
    };
    "oar-key.pub".text = sshKeys.snakeOilPublicKey;
    # Throw-away passwords: this text is world-readable in the Nix store.
    "oar-passwords" = {
      text = ''
        DB_BASE_LOGIN="oar"
        DB_BASE_PASSWD="oar"
        DB_BASE_LOGIN_RO="oar_ro"
        DB_BASE_PASSWD_RO="oar_ro"
      '';
      mode = "0600";
    };
  };
}
