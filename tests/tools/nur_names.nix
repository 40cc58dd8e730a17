# The names of the packages that a file of a repository gives, with a real nixpkgs and with the real
# flake-utils and flake-parts; an input of a flake that is not at hand is an empty one.
#
# file: default.nix and its like, or flake.nix
# inputs: a folder with flake-utils, flake-parts, systems and whatever other inputs there are, each
# under its name
# below: the attribute of the file that holds the packages; nothing where they are its own
{
  file,
  nixpkgs,
  inputs,
  below ? "",
}:
let
  system = "x86_64-linux";
  pkgs = import (/. + nixpkgs) {
    inherit system;
    overlays = [ ];
    config = {
      allowUnfree = true;
      allowBroken = true;
      allowAliases = true;
    };
  };
  inherit (pkgs) lib;
  path = /. + file;
  folder = dirOf path;

  expression =
    let
      value = import path;
      given = {
        inherit pkgs lib system;
        nixpkgs = /. + nixpkgs;
      };
    in
    if !(lib.isFunction value) then
      value
    else if builtins.functionArgs value == { } then
      value pkgs
    else
      value (builtins.intersectAttrs (builtins.functionArgs value) given);

  local = name: (/. + inputs) + "/${name}";
  nixpkgsFlake = {
    inherit lib;
    outPath = /. + nixpkgs;
    legacyPackages.${system} = pkgs;
    lastModifiedDate = "20260101000000";
    rev = "0000000000000000000000000000000000000000";
    shortRev = "0000000";
    sourceInfo = { };
  };
  call =
    source: known:
    let
      flake = import (source + "/flake.nix");
      self = result // {
        outPath = source;
        inputs = known // {
          inherit self;
        };
        sourceInfo = { };
        _type = "flake";
      };
      result = flake.outputs (known // { inherit self; });
    in
    self;
  systems = {
    outPath = local "systems";
  };
  # An input that is there, with its own inputs likewise.
  real =
    name:
    let
      source = local name;
      wanted = (import (source + "/flake.nix")).inputs or { };
    in
    if name == "systems" then systems else call source (builtins.mapAttrs inputOf wanted);
  inputOf =
    name: input:
    let
      url = lib.toLower "${name} ${input.url or (input.repo or "")}";
      is = part: lib.hasInfix part url;
      known = builtins.filter is (builtins.attrNames (builtins.readDir (/. + inputs)));
    in
    if known != [ ] then
      real (builtins.head known)
    else if is "nix-systems" then
      systems
    else if is "nixpkgs" || is "nixos" then
      nixpkgsFlake
    else
      {
        outPath = folder;
        lib = { };
        overlays.default = _: _: { };
        flakeModule = { };
        flakeModules.default = { };
      };
  flake =
    let
      written = import path;
      named = builtins.functionArgs written.outputs;
      listed = builtins.mapAttrs inputOf (written.inputs or { });
      unlisted = builtins.mapAttrs (name: _: inputOf name { url = name; }) (removeAttrs named [ "self" ]);
      result = call folder (unlisted // listed);
      of =
        name:
        let
          all = result.${name} or { };
        in
        all.${system} or (if all == { } then { } else builtins.head (builtins.attrValues all));
    in
    of "legacyPackages" // of "packages";
in
builtins.attrNames (
  if baseNameOf path == "flake.nix" then
    flake
  else if below == "" then
    expression
  else
    expression.${below}
)
