# One machine to start from
{ ... }:
{
  roles = {
    host = { ... }: { };
  };

  testScript = builtins.readFile ./test_script.py;
}
