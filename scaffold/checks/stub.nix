# Calls a composition the way NixOS Compose does, with stand-ins for nixpkgs, and returns what can
# be known of it without evaluating a single role: milliseconds instead of minutes.
#
# The arguments are text: an absolute path and the name of a flavour.
{ composition, flavour }:
let
  inherit (builtins)
    all
    attrNames
    dirOf
    elem
    foldl'
    fromTOML
    genList
    isAttrs
    isFunction
    isInt
    isList
    isString
    listToAttrs
    mapAttrs
    pathExists
    readFile
    typeOf
    ;

  count = n: genList (index: index + 1) n;
  many =
    make: name: n:
    listToAttrs (
      map (index: {
        name = "${name}${toString index}";
        value = make index;
      }) (count n)
    );
  merge = foldl' (all: one: all // one) { };

  # The functions of the library's helpers that a composition may call on its top level.
  helpers = {
    makeMany = role: many (_: role);
    makeManyById = many;
    mapListToAttrs = op: list: merge (map op list);
    mapAttrNamesToAttrs = op: attrs: merge (map op (attrNames attrs));
    mapAttrsToAttrs = op: attrs: merge (map (name: op name attrs.${name}) (attrNames attrs));
  };

  # The library's vm flavours carry this mark, which compositions test with `flavour ? vm`.
  isMachine = elem flavour [
    "vm"
    "vm-ramdisk"
  ];

  arguments = {
    pkgs = { };
    lib = { };
    system = "x86_64-linux";
    modulesPath = "/modules";
    inherit helpers;
    flavour = {
      name = flavour;
      description = flavour;
      image = { };
    }
    // (if isMachine then { vm = true; } else { });
    setup = {
      params = { };
    }
    // (if pathExists settings then fromTOML (readFile settings) else { });
    nur = { };
  };

  # As it is without a variant. A composition below the project's folder has none of its own.
  settings = dirOf (/. + composition) + "/setup.toml";

  source = import (/. + composition);
  result = if isFunction source then source arguments else source;
  roles = result.roles or result.nodes or { };
  distribution = result.rolesDistribution or { };
  script = result.testScript or null;

  # A number of hosts or a list of their names; anything else is shown as its type.
  hosts = given: if isInt given || (isList given && all isString given) then given else typeOf given;
in
{
  keys = attrNames result;
  roles = mapAttrs (_: typeOf) roles;
  distribution = if isAttrs distribution then mapAttrs (_: hosts) distribution else { };
  testScript = if isString script then script else null;
}
