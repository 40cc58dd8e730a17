# The path and the type of every option of a NixOS, also of those that its manual leaves out, as JSON:
#   nix-instantiate --eval --strict --json option_names.nix --arg nixpkgs PATH --arg more '[ MODULE ]'
# A part of a path that a user chooses is written as <name>, an element of a list as *.
{
  nixpkgs,
  more ? [ ],
}:
let
  lib = import (nixpkgs + "/lib");
  evaluated = import (nixpkgs + "/nixos/lib/eval-config.nix") {
    system = "x86_64-linux";
    modules = more ++ [ { _module.check = false; } ];
  };
  typeOf =
    option:
    let
      given = builtins.tryEval (option.type or "");
    in
    if given.success && builtins.isString given.value then given.value else "";
in
builtins.listToAttrs (
  map (option: {
    inherit (option) name;
    value = typeOf option;
  }) (lib.optionAttrSetToDocList evaluated.options)
)
