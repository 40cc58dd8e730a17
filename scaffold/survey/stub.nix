# Calls compositions the way NixOS Compose does, with stand-ins for nixpkgs, and returns what can
# be known of them without nixpkgs: milliseconds instead of minutes.
#
# `request` is JSON text:
#   words        every identifier of the project's files, the names that stand-ins answer to
#   setup        the absolute path of setup.toml, or null
#   flavours     the flavours to call for
#   deep         whether roles are called too, for the options that they set
#   composition  only this one of several is called; absent: all are
#   role         only this role is called; absent: all are
#   sources      a list of { file, name } or { file, several = true }: a composition's file, or one
#                that gives a set of them
# `inline` is a list of functions from stand-ins to { name, value } or { several = true; value },
# for what stands in no file of its own. The result is a list: sources first, then `inline`.
{
  request,
  inline ? [ ],
}:
let
  inherit (builtins)
    attrNames
    elem
    filter
    fromJSON
    fromTOML
    functionArgs
    hasAttr
    isAttrs
    isFunction
    isInt
    isList
    isPath
    isString
    listToAttrs
    mapAttrs
    readFile
    tryEval
    typeOf
    ;

  asked = fromJSON request;
  standIns = import ./stand_ins.nix { inherit (asked) words; };
  inherit (standIns) fake lib pkgs;

  # As nix/setup.nix of the library has it: the table of the selected variant lies on top.
  settings = if asked.setup == null then { } else fromTOML (readFile (/. + asked.setup));
  selected = settings.project.selected or "";
  setup =
    lib.recursiveUpdate
      {
        params = { };
        project.selected = "";
      }
      (if hasAttr selected settings then lib.recursiveUpdate settings settings.${selected} else settings);

  argumentsFor = flavour: {
    inherit lib pkgs setup;
    inherit (standIns) helpers nur;
    system = "x86_64-linux";
    modulesPath = "${standIns.folder}/nixos";
    flavour = {
      name = flavour;
      description = flavour;
      image = { };
    }
    # The library's vm flavours carry this mark, which compositions test with `flavour ? vm`.
    // (
      if
        elem flavour [
          "vm"
          "vm-ramdisk"
        ]
      then
        { vm = true; }
      else
        { }
    );
  };

  place =
    name: set:
    let
      found = builtins.unsafeGetAttrPos name set;
    in
    if found == null then
      null
    else
      {
        inherit (found) file line column;
      };

  # A number of hosts or a list of their names; anything else is shown as its type.
  hosts =
    given: if isInt given || (isList given && builtins.all isString given) then given else typeOf given;

  view =
    flavour: composition:
    let
      arguments = argumentsFor flavour;
      result = if isFunction composition then composition arguments else composition;
      roles = result.roles or result.nodes or { };
      distribution = result.rolesDistribution or { };
      script = result.testScript or null;
    in
    {
      keys = attrNames result;
      places = mapAttrs (name: _: place name result) result;
      is_function = isFunction composition;
      roles = mapAttrs (_: typeOf) roles;
      role_places = mapAttrs (name: _: place name roles) roles;
      distribution = if isAttrs distribution then mapAttrs (_: hosts) distribution else { };
      distribution_places =
        if isAttrs distribution then mapAttrs (name: _: place name distribution) distribution else { };
      testScript = if isString script then script else null;
      dockerPorts = if isAttrs (result.dockerPorts or null) then attrNames result.dockerPorts else [ ];
      dockerPublished =
        if isAttrs (result.dockerPorts or null) then
          mapAttrs (
            _: ports: if isList ports && builtins.all isString ports then ports else null
          ) result.dockerPorts
        else
          { };
      options =
        if !asked.deep then
          { }
        else
          mapAttrs (_: role: optionsOf arguments role) (
            if asked ? role then { ${asked.role} = roles.${asked.role}; } else roles
          );
    };

  # --- what a role sets ---------------------------------------------------------------------------

  moduleArguments =
    arguments:
    arguments
    // {
      config = arguments.config or standIns.config;
      options = fake;
      modulesPath = "${standIns.folder}/nixos/modules";
      name = "role";
      nodes = fake;
      utils = fake;
    };

  # Gives { set, known } for every module that a role consists of: `known` is a text when all that
  # is known of a module is its name.
  modulesOf =
    arguments: depth: module:
    let
      given = moduleArguments arguments;
      own = given.config._module.args or { }; # what the role's modules give each other
      called =
        if isFunction module then
          module (given // mapAttrs (name: _: given.${name} or (own.${name} or fake)) (functionArgs module))
        else
          module;
      body = removeAttrs called [
        "imports"
        "options"
        "config"
        "_file"
        "key"
        "disabledModules"
      ];
      imports = called.imports or [ ];
      below = lib.concatMap (modulesOf arguments (depth - 1)) (if isList imports then imports else [ ]);
    in
    if depth == 0 then
      [ { known = "too deep"; } ]
    else if standIns.isStandIn module then
      [ { known = module.standIn; } ]
    else if isPath module || isString module then
      if lib.hasInfix standIns.mark (toString module) then
        [ { known = toString module; } ]
      else
        modulesOf arguments depth (import module)
    else if isAttrs called && (called._type or "") == "if" then
      modulesOf arguments (depth - 1) called.content
    else
      [ { set = if called ? config then lib.recursiveUpdate body called.config else body; } ] ++ below;

  # Flattens a set of options to leaves { p, k, v, o, w, at }: path, kind, value, priority (as of
  # mkOverride), whole value and place. The whole value holds nested lists and sets too; it is null
  # where a function is in it, or what a function of nixpkgs made: nothing is known of its content.
  leaves =
    depth: path: at: priority: value:
    if standIns.isStandIn value then
      [
        {
          inherit at;
          p = path;
          k = "package";
          v = value.standIn;
          o = priority;
          w = whole value;
        }
      ]
    else if isAttrs value && value ? _type && value._type == "if" then
      let
        holds = tryEval (value.condition == true || standIns.isStandIn value.condition);
      in
      if holds.success && holds.value then leaves depth path at priority value.content else [ ]
    else if isAttrs value && value ? _type && value._type == "merge" then
      lib.concatMap (leaves depth path at priority) value.contents
    else if isAttrs value && (value._type or "") == "override" then
      leaves depth path at value.priority value.content
    else if isAttrs value && (value._type or "") == "order" then
      leaves depth path at priority value.content
    else if isAttrs value && depth > 0 && value != { } then
      lib.concatMap (
        name: leaves (depth - 1) (path ++ [ name ]) (place name value) priority value.${name}
      ) (attrNames value)
    else
      [
        {
          inherit at;
          p = path;
          k = typeOf value;
          v =
            if builtins.isBool value || isInt value || isString value || value == null then
              value
            else if isList value then
              map (
                item:
                if standIns.isStandIn item then
                  { package = item.standIn; }
                else if isString item || isInt item then
                  item
                else
                  null
              ) value
            else
              null;
          o = priority;
          w = whole value;
        }
      ];
  whole =
    let
      known =
        value:
        if standIns.isStandIn value then
          !(value ? called) && value.standIn != "value"
        else if isList value then
          builtins.all known value
        else if isAttrs value then
          builtins.all known (builtins.attrValues value)
        else
          !isFunction value;
      shown =
        value:
        if standIns.isStandIn value then
          { package = value.standIn; }
        else if isPath value then
          { path = toString value; }
        else if isList value then
          map shown value
        else if isAttrs value then
          { set = mapAttrs (_: shown) value; }
        else if isString value || builtins.isBool value || value == null then
          value
        else
          { number = toString value; };
    in
    value: if known value then shown value else null;

  # What a role sets, as its own modules see it by `config`: a stand-in wherever nothing is set.
  # Conditions are pushed down to the values, so that one of them may ask for a neighbour.
  pushed =
    definition:
    let
      inherit (definition) holds value;
      kind = if isAttrs value && !(standIns.isStandIn value) then value._type or "" else "";
    in
    if kind == "if" then
      pushed {
        holds = holds && value.condition == true;
        value = value.content;
      }
    else if kind == "merge" then
      lib.concatMap (value: pushed { inherit holds value; }) value.contents
    else if kind == "override" || kind == "order" then
      pushed {
        inherit holds;
        value = value.content;
      }
    else
      [ definition ];
  configOf =
    depth: definitions:
    let
      plain = lib.concatMap pushed definitions;
      isSet = definition: isAttrs definition.value && !(standIns.isStandIn definition.value);
      sets = filter isSet plain;
      names = lib.unique (lib.concatMap (definition: attrNames definition.value) sets);
      holding = filter (definition: definition.holds) plain;
      values = map (definition: definition.value) holding;
    in
    if depth == 0 then
      standIns.config
    else if plain != [ ] && builtins.all isSet plain then
      standIns.config
      // lib.genAttrs names (
        name:
        configOf (depth - 1) (
          map (definition: {
            inherit (definition) holds;
            value = definition.value.${name};
          }) (filter (definition: definition.value ? ${name}) sets)
        )
      )
    else if values == [ ] then
      standIns.config
    else if builtins.all isList values then
      builtins.concatLists values
    else
      builtins.head values;

  optionsOf =
    given: role:
    let
      arguments = given // {
        config =
          configOf 9 (
            map (module: {
              holds = true;
              value = module.set;
            }) (filter (module: module ? set) modules)
          )
          # What modules give each other is exactly that: no stand-in answers for what is not there.
          // {
            _module.args = builtins.foldl' (all: module: all // (module.set._module.args or { })) { } (
              filter (module: module ? set) modules
            );
          };
      };
      modules = modulesOf arguments 12 role;
    in
    {
      unknown = map (module: module.known) (filter (module: module ? known) modules);
      leaves = lib.concatMap (module: leaves 9 [ ] null 100 module.set) (
        filter (module: module ? set) modules
      );
    };

  # --- which compositions -------------------------------------------------------------------------

  read = value: if isPath value || isString value then import value else value;
  named =
    { several, name }:
    value:
    if !several then
      { ${name} = read value; }
    else if isAttrs value && !standIns.isStandIn value then
      mapAttrs (_: read) value
    else
      { };

  wanted =
    map (
      source:
      named {
        several = source.several or false;
        name = source.name or "";
      } (import (/. + source.file))
    ) asked.sources
    ++ map (
      make:
      let
        made = make standIns;
      in
      named {
        several = made.several or false;
        name = made.name or "";
      } made.value
    ) inline;
  only =
    compositions:
    if asked ? composition && hasAttr asked.composition compositions then
      { ${asked.composition} = compositions.${asked.composition}; }
    else
      compositions;
in
map (mapAttrs (
  _: composition:
  listToAttrs (
    map (flavour: {
      name = flavour;
      value = view flavour composition;
    }) asked.flavours
  )
)) (map only wanted)
