# Web server, database and client
{ ... }:
{
  roles = {
    server = { ... }: {
      imports = [ ./parts/web-server.nix ];
    };
    database = { ... }: {
      imports = [ ./parts/web-database.nix ];
    };
    client = { ... }: {
      imports = [ ./parts/web-client.nix ];
    };
  };

  testScript = builtins.readFile ./test_script.py;
}
